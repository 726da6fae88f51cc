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
