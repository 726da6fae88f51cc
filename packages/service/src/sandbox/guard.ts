import type { FastifyRequest } from 'fastify';
import { Refusal } from '../domain/refusal.js';
import { negotiateContent } from '../http/content.js';
import { loopbackOrigin, loopbackUrl } from './addresses.js';

/**
 * Lets only this machine's programs and pages at the switches. They need no token, which a moved clock may have outrun,
 * so a page elsewhere must neither send a form to them nor reach them under a name that was made to point here.
 * @throws Refusal RoleMissing
 */
export function refuseStrangers(request: FastifyRequest): void {
  const { host = '', origin } = request.headers;
  if (loopbackOrigin('http', host) === undefined) {
    throw stranger('Host', 'must be 127.0.0.1, localhost or [::1], with or without a port');
  }
  if (origin !== undefined && loopbackUrl(origin)?.origin !== origin) {
    throw stranger('Origin', 'must be one of this machine: 127.0.0.1, localhost or [::1]');
  }
  negotiateContent(request);
}

function stranger(name: string, reason: string): Refusal {
  return new Refusal('RoleMissing', [{ name, reason }]);
}
