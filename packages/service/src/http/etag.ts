import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PublishedAnswer } from '../domain/store.js';
import { sendJsonText } from './faults.js';

/** Sends an answer with its ETag, or 304 to a caller that has it already. */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, { body, etag }: PublishedAnswer): void {
  reply.header('ETag', etag);
  const known = request.headers['if-none-match'];
  if (known !== undefined && matches(known, etag)) reply.code(304).send();
  else sendJsonText(reply, 200, body);
}

/** RFC 9110, section 13.1.2: a list of tags, compared weakly, or an asterisk. */
function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
