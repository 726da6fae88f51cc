import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../domain/refusal.js';

/** Throws a Refusal unless an Authorization header carries this token. How long that takes tells nothing about it. */
export function checkMetricsToken(authorization: string | undefined, token: string): void {
  if (authorization === undefined || authorization === '') throw new Refusal('AuthorizationMissing');
  const [, given = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
  if (!timingSafeEqual(digest(given), digest(token))) throw new Refusal('TokenInvalid');
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
