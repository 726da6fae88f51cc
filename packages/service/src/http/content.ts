import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Refusal } from '../domain/refusal.js';

/** Refuses a caller that does not want JSON, whatever parameters it puts to it, and a body that comes compressed. */
export function negotiateContent({ headers }: FastifyRequest): void {
  const { accept, 'content-encoding': encoding } = headers;
  if (encoding !== undefined && encoding !== 'identity') throw new Refusal('UnsupportedMediaType');
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return;
  const plain = accept.replaceAll(/;\s*(?!q=)[^;,]*/gi, '').replace(/^\s*\*\s*$/, '*/*');
  if (!new Negotiator({ headers: { accept: plain } }).mediaType(['application/json'])) {
    throw new Refusal('NotAcceptable');
  }
}
