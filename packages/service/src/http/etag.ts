import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Gives an answer its ETag, and answers 304 to a caller that has it already. */
export function answerWithEtag(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload?: unknown) => void,
): void {
  if (reply.statusCode !== 200 || typeof payload !== 'string') {
    done(null, payload);
    return;
  }
  const etag = `"${hash('sha1', payload, 'base64url')}"`;
  reply.header('ETag', etag);
  const known = request.headers['if-none-match'];
  if (known === undefined || !matches(known, etag)) {
    done(null, payload);
    return;
  }
  reply.code(304).removeHeader('Content-Type');
  done(null, null);
}

/** RFC 9110, section 13.1.2: a list of tags, compared weakly, or an asterisk. */
function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
