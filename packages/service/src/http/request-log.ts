import type { ServiceInstance } from './instance.js';

/** One line a request. Neither headers nor queries nor bodies are logged: they hold tokens, codes and names. */
export function logRequests(app: ServiceInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        correlationId: request.correlationId,
        partnerId: request.caller?.partnerId,
      },
      'request',
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
