import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { handleClientError } from './faults.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a body may come for as long as it comes: then only silence is limited. */
    streamsBody?: boolean;
  }
}

/** Long enough for the slowest honest sender of a small body. */
const BODY_TIME_IN_MS = 60_000;

/**
 * Breaks with a sender that takes too long over its body. Node.js has a limit of its own, for the requests of every
 * route alike: it would cut off what is meant to take long.
 */
export function limitBodyTime(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  if (!hasBody(raw)) return;
  if (!request.routeOptions.config?.streamsBody) {
    breakAfter(BODY_TIME_IN_MS, raw, reply);
    return;
  }
  raw.setTimeout(BODY_TIME_IN_MS);
  // What is left of a body when all is answered has as long as any other.
  reply.raw.once('finish', () => {
    if (!raw.complete) breakAfter(BODY_TIME_IN_MS, raw.resume(), reply);
  });
}

function breakAfter(milliseconds: number, raw: IncomingMessage, reply: FastifyReply): void {
  const timer = setTimeout(() => {
    if (reply.raw.headersSent) raw.destroy();
    else handleClientError(new Error('The body came too slowly.'), raw.socket);
  }, milliseconds).unref();
  const stop = () => clearTimeout(timer);
  raw.once('end', stop).once('close', stop);
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}
