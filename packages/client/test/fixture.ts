import type { AccessToken, TokenCredential } from '@azure/core-auth';
import { PartnerCenterClient, type PartnerCenterClientOptions, PartnerCenterError } from '../src/index.js';
import type { ScriptedServer } from './scripted-server.js';

export const TOKEN = 'the-secret-access-token';
export const CUSTOMER_ID = '0b2a6e1c-7c0f-4c3e-9d1b-2f4f9c0a7e11';
export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A credential that gives tokens which last an hour, and counts them. */
export class FixedCredential implements TokenCredential {
  readonly scopes: (string | string[])[] = [];

  async getToken(scopes: string | string[]): Promise<AccessToken> {
    this.scopes.push(scopes);
    return { token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 };
  }
}

/** A client of a scripted server. Retries wait for nothing, unless the test says so. */
export function clientOf(server: ScriptedServer, options: PartnerCenterClientOptions = {}): PartnerCenterClient {
  return new PartnerCenterClient(new FixedCredential(), {
    baseUrl: server.url,
    retryOptions: { maxRetries: 3, retryDelayInMs: 0 },
    ...options,
  });
}

/** What a call rejects with; fails the test where it does not. */
export async function rejectionOf(call: Promise<unknown>): Promise<PartnerCenterError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PartnerCenterError) return error;
  throw new Error(`Expected a PartnerCenterError, got ${String(error)}`);
}
