import { hostname } from 'node:os';
import { headers } from '@vetted/contract';
import type { ServiceInstance } from './instance.js';
import type { LogStream } from './log-stream.js';

const INFO = 30;

/**
 * One line a request. Neither headers nor queries nor bodies are logged: they hold tokens, codes and names. The line is
 * put together here, as pino would: nothing in it needs escaping, and it is written for every request.
 */
export function logRequests(app: ServiceInstance, stream: LogStream): void {
  const end = `,"pid":${process.pid},"hostname":${JSON.stringify(hostname())},"msg":"request"}\n`;
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, correlationId, caller, fault } = request;
    const requestId = reply.getHeader(headers.requestId);
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    const route = routeOptions.url === undefined ? '' : `,"route":"${routeOptions.url}"`;
    const ids = `,"correlationId":"${correlationId}","requestId":"${requestId}"`;
    const partner = caller === undefined ? '' : `,"partnerId":"${caller.partnerId}"`;
    const refusal = fault === undefined ? '' : `,"fault":"${fault}"`;
    stream.writeSoon(
      `{"level":${INFO},"time":${Date.now()},"method":"${method}"${route},"status":${reply.statusCode},` +
        `"milliseconds":${milliseconds}${refusal}${ids}${partner}${end}`,
    );
    done();
  });
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: unknown;
  readonly cause?: DescribedError;
  [member: string]: unknown;
}

/** An error as the log has it. A driver's further members stay out: they quote the row that was written. */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
