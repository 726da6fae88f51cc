import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type FaultDatum, type FaultName, faultBody, faults, headers, keywordReason } from '@vetted/contract';
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { RateLimited, Refusal, StoreUnavailable } from '../domain/refusal.js';
import { correlate, idsOf } from './correlation.js';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Enough to correct a request by; a hostile one has thousands of things wrong with it. */
const MAX_DATA = 50;
/** A body that was refused for its size is read to its end up to here, so that its sender gets to read the answer. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;

/** Sends text that is JSON already. */
export function sendJsonText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type(JSON_TYPE).serializer(String).send(text);
}

/** Writes a fault: the one place where an error becomes an answer. */
export function sendFault(reply: FastifyReply, name: FaultName, data?: readonly FaultDatum[], detail?: string) {
  const { status, ...fault } = faults[name];
  reply.request.fault = name;
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  if ('retryAfterInSeconds' in fault) reply.header('Retry-After', String(fault.retryAfterInSeconds));
  return sendJsonText(reply, status, JSON.stringify(faultBody(name, data, detail)));
}

/** Microsoft's .NET SDK finds Retry-After only where the body is this one and no fault. */
export function sendRateLimited(reply: FastifyReply, { message, retryAfterInSeconds }: RateLimited) {
  reply.request.fault = 'RateLimited';
  reply.header('Retry-After', String(retryAfterInSeconds));
  return sendJsonText(reply, 429, JSON.stringify({ statusCode: 429, message }));
}

const frameworkFaults: Readonly<Record<string, FaultName>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PayloadTooLarge',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UnsupportedMediaType',
  FST_ERR_BAD_URL: 'ResourceNotFound',
};

/** Turns whatever was thrown into a fault. What nobody foresaw is logged and says nothing but the correlation id. */
export async function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof Refusal) return sendFault(reply, error.fault, error.data);
  if (error instanceof RateLimited) return sendRateLimited(reply, error);
  if (error instanceof StoreUnavailable) {
    request.log.error({ err: error, ...idsOf(request, reply) }, 'the store is unavailable');
    return sendFault(reply, 'ServiceUnavailable');
  }
  if (error.validation) return sendInvalid(reply, error.validation, error.validationContext ?? 'body');
  const framework = frameworkFaults[error.code];
  if (framework === 'PayloadTooLarge') await drain(request);
  if (framework) return sendFault(reply, framework);
  // What is left of the framework's own are bodies that are not JSON, and files of /docs that cannot be had as asked for.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return sendFault(reply, hasBody(request) ? 'BodyInvalid' : 'ResourceNotFound');
  }
  request.log.error({ err: error, ...idsOf(request, reply) }, 'unforeseen error');
  return sendFault(reply, 'Unforeseen', [], `The correlation id is ${request.correlationId}.`);
}

function hasBody({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Errors from before the hooks run, such as a path that is not URL-encoded. */
export function handleFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  correlate(request, reply);
  void handleError(error, request, reply);
}

function sendInvalid(reply: FastifyReply, errors: readonly FastifySchemaValidationError[], context: string) {
  if (context === 'params') return sendInvalidPath(reply, errors);
  if (errors.some(({ instancePath, keyword }) => context === 'body' && instancePath === '' && keyword === 'type')) {
    return sendFault(reply, 'BodyInvalid');
  }
  return sendFault(reply, 'InputInvalid', toData(errors));
}

/** Partner Center has a fault of its own for a customer id; whatever else a path names is simply not there. */
function sendInvalidPath(reply: FastifyReply, errors: readonly FastifySchemaValidationError[]) {
  const isCustomerId = errors.some(({ instancePath }) => instancePath === '/customerId');
  return isCustomerId ? sendFault(reply, 'CustomerIdInvalid') : sendFault(reply, 'ResourceNotFound', toData(errors));
}

/** One reason a member is enough to correct it by. */
function toData(errors: readonly FastifySchemaValidationError[]): FaultDatum[] {
  const byName = new Map(errors.map(toDatum).map((datum) => [datum.name, datum]));
  return [...byName.values()].slice(0, MAX_DATA);
}

function toDatum({ instancePath, keyword, params, message }: FastifySchemaValidationError): FaultDatum {
  const path = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'required') return { name: join(path, params.missingProperty), reason: 'is required' };
  if (keyword === 'additionalProperties') return { name: join(path, params.additionalProperty), reason: 'is unknown' };
  return { name: path, reason: keywordReason(keyword, params) ?? message ?? 'is wrong' };
}

/** Names come from strangers; a fault's text stays short and printable, and is never empty. */
function join(path: string, member: unknown): string {
  const own = /^\P{C}+$/u.test(String(member)) ? String(member) : JSON.stringify(member);
  const name = path === '' ? own : `${path}.${own}`;
  return name.length > 128 ? `${name.slice(0, 128)}…` : name;
}

async function drain({ raw }: FastifyRequest): Promise<void> {
  if (Number(raw.headers['content-length'] ?? 0) > MAX_DRAINED_BYTES) return;
  let bytes = 0;
  await new Promise<void>((resolve) => {
    raw.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_DRAINED_BYTES) resolve();
    });
    raw
      .once('close', resolve)
      .once('end', resolve)
      .once('error', () => resolve());
    raw.resume();
  });
}

/** Answers what never became a request: headers that are too large, or bytes that are not HTTP. */
export function handleClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const name = error.code === 'HPE_HEADER_OVERFLOW' ? 'HeadersTooLarge' : 'InputInvalid';
  const data = name === 'InputInvalid' ? [{ name: 'request', reason: 'is not valid HTTP, or came too slowly' }] : [];
  const body = JSON.stringify(faultBody(name, data));
  const { status } = faults[name];
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `Content-Type: ${JSON_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `${headers.correlationId}: ${randomUUID()}`,
      `${headers.requestId}: ${randomUUID()}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
