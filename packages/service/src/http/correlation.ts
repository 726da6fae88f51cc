import { randomUUID } from 'node:crypto';
import { headers, isGuid } from '@vetted/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';

const correlationHeader = headers.correlationId.toLowerCase();
const requestHeader = headers.requestId.toLowerCase();

/** Gives a request its two ids, the caller's own where they are GUIDs, and echoes them: nothing but a GUID is echoed. */
export function correlate(request: FastifyRequest, reply: FastifyReply): void {
  const correlationId = request.headers[correlationHeader];
  const requestId = request.headers[requestHeader];
  request.correlationId = isGuid(correlationId) ? correlationId : randomUUID();
  request.requestId = isGuid(requestId) ? requestId : undefined;
  reply.header(headers.correlationId, request.correlationId);
  reply.header(headers.requestId, request.requestId ?? randomUUID());
}

/** The two ids of a request as they were answered, for whatever is written down of it: it is then found by either. */
export function idsOf(request: FastifyRequest, reply: FastifyReply) {
  return { correlationId: request.correlationId, requestId: reply.getHeader(requestHeader) };
}
