import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Refusal } from '../domain/refusal.js';

/** What is answered, under the two names a caller may know it by. */
const served = ['application/json', 'application/json;charset=utf-8'];

/** Refuses a caller that does not want JSON, and a body that comes compressed. */
export function negotiateContent({ headers }: FastifyRequest): void {
  const { accept, 'content-encoding': encoding } = headers;
  if (encoding !== undefined && encoding !== 'identity') throw new Refusal('UnsupportedMediaType');
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return;
  if (!new Negotiator({ headers }).mediaType(served)) throw new Refusal('NotAcceptable');
}
