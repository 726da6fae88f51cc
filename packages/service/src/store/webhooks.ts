import type { Kysely } from 'kysely';
import type { WebhookReads, WebhookWrites } from '../domain/webhook.js';
import type { DialectName } from './dialect.js';
import type { Tables } from './tables.js';

export class SqlWebhookReads {
  constructor(readonly db: Kysely<Tables>) {}
}
export class SqlWebhookWrites {
  constructor(
    readonly db: Kysely<Tables>,
    readonly dialect: DialectName,
  ) {}
}
export type { WebhookReads, WebhookWrites };
