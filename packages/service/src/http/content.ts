import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Refusal } from '../domain/refusal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route answers besides JSON. */
    mediaTypes?: readonly string[];
  }
}

/**
 * Refuses a caller that wants neither JSON, whatever parameters it puts to it, nor what else the route answers, and a
 * body that comes compressed.
 */
export function negotiateContent(request: FastifyRequest): void {
  const { accept, 'content-encoding': encoding } = request.headers;
  if (encoding !== undefined && encoding !== 'identity') throw new Refusal('UnsupportedMediaType');
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return;
  const plain = accept.replaceAll(/;\s*(?!q=)[^;,]*/gi, '').replace(/^\s*\*\s*$/, '*/*');
  const offered = ['application/json', ...(request.routeOptions.config.mediaTypes ?? [])];
  if (!new Negotiator({ headers: { accept: plain } }).mediaType(offered)) throw new Refusal('NotAcceptable');
}
