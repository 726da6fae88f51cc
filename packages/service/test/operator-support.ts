import { randomUUID } from 'node:crypto';
import type { Answer } from '@vetted/testkit';
import type { Bench } from './bench.js';
import { send } from './raw.js';

/** The operator tenant of the sandbox, and its administrator. */
export const operatorTenant = '0e1d2c3b-4a59-4687-9a7b-8c9d0e1f2a3b';
const administrator = '7f20bc36-9e84-4da1-8053-8cbd2e3f4003';
/** As the history names it. */
export const operator = `${operatorTenant}/${administrator}`;

export interface OperatorCall {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An operator's systems at work: with the administrator's token unless a call says otherwise. */
export class OperatorDesk {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async call(method: string, path: string, body?: unknown, { token, headers }: OperatorCall = {}): Promise<Answer> {
    const authorization = `Bearer ${token ?? (await this.#bench.sandbox.userToken('administrator'))}`;
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return send(this.#bench.sandbox.url, path, {
      method,
      headers: { authorization, ...type, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Registers a partner that nothing else knows. */
  async newPartner(): Promise<string> {
    const tenantId = randomUUID();
    await this.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP' });
    return tenantId;
  }

  /** Imports text, and reads the results line by line. */
  async import(tenantId: string, body: string | Uint8Array, { token, headers }: OperatorCall = {}) {
    const authorization = `Bearer ${token ?? (await this.#bench.sandbox.userToken('administrator'))}`;
    const answer = await send(this.#bench.sandbox.url, importPath(tenantId), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-ndjson', ...headers },
      body,
      chunked: true,
    });
    return { ...answer, results: answer.status === 200 ? resultsIn(answer.text) : [] };
  }

  /** The history of a customer, or of the partner itself, without what every entry has. */
  async history(tenantId: string, customerId = '') {
    const { history = [] } = await this.#bench.contents();
    return (history as HistoryRow[])
      .filter((row) => row.partner_id === tenantId && row.customer_id === customerId)
      .map(({ subject, actor_kind, actor, changes, correlation_id }) => ({
        subject,
        by: actor_kind,
        actor,
        changes: JSON.parse(changes ?? 'null'),
        correlationId: correlation_id,
      }));
  }
}

interface HistoryRow {
  readonly partner_id: string;
  readonly customer_id: string;
  readonly subject: string;
  readonly actor_kind: string;
  readonly actor: string;
  readonly changes: string | null;
  readonly correlation_id: string;
}

export function partnerPath(tenantId: string): string {
  return `/vetting/v1/partners/${tenantId}`;
}

export function customerPath(tenantId: string, customerId: string): string {
  return `${partnerPath(tenantId)}/customers/${customerId}`;
}

export function codePath(tenantId: string, validationId: string): string {
  return `${partnerPath(tenantId)}/validation-codes/${validationId}`;
}

export function importPath(tenantId: string): string {
  return `${partnerPath(tenantId)}/customers:import`;
}

export function resultsIn(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
