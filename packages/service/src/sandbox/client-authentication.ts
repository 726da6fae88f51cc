import { createHash, timingSafeEqual } from 'node:crypto';
import { OAuthError } from './oauth.js';
import { SAMPLE_CLIENT_ID } from './sample-data.js';
import type { ClientKind } from './tokens.js';

/** How a request says who its client is: in the form, by HTTP Basic, or both for the id alone (RFC 6749, 2.3.1). */
export interface ClientClaim {
  readonly client_id?: string;
  readonly client_secret?: string;
}

/**
 * Which client sends the request: confidential if it proved itself by the secret, public if it sent none.
 * @throws OAuthError `invalid_client` for another client or a wrong secret.
 */
export function authenticateClient(
  form: ClientClaim,
  authorization: string | undefined,
  clientSecret: string,
): ClientKind {
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  if (basic !== undefined && form.client_secret !== undefined) {
    throw new OAuthError('invalid_request', 'The client secret must stand in one place, the header or the form.');
  }
  const { client_id: id, client_secret: secret } = { ...form, ...basic };
  if (id === undefined) throw new OAuthError('invalid_request', 'client_id is missing.');
  const isKnown = id.toLowerCase() === SAMPLE_CLIENT_ID && (form.client_id ?? id) === id;
  if (!isKnown) throw new OAuthError('invalid_client', 'The client is unknown here.');
  if (secret === undefined) return 'public';
  if (!sameText(secret, clientSecret)) throw new OAuthError('invalid_client', 'The client secret is wrong.');
  return 'confidential';
}

/** Of a confidential client alone: the grants that a client without a secret does not get. */
export function requireSecret(client: ClientKind): void {
  if (client !== 'confidential') throw new OAuthError('invalid_client', 'The client secret is missing.');
}

function readBasic(authorization: string): Required<ClientClaim> {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (id === undefined || secret === undefined) {
    throw new OAuthError('invalid_client', 'The Authorization header is not HTTP Basic with a client id and a secret.');
  }
  return { client_id: formDecoded(id), client_secret: formDecoded(secret) };
}

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}

/** Compares in a time that tells nothing about where two texts differ. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
