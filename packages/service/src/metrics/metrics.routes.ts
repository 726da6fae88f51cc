import type { ServiceInstance } from '../http/instance.js';
import type { Metrics } from './exposition.js';
import { checkMetricsToken } from './metrics-token.js';

/** `/metrics` beside the service's own routes, for whoever has the token. */
export function metricsRoutes(app: ServiceInstance, metrics: Metrics, token: string): void {
  app.get('/metrics', { config: { isVital: true }, schema: { hide: true } }, async (request, reply) => {
    checkMetricsToken(request.headers.authorization, token);
    const { contentType, text } = await metrics.expose();
    return reply.type(contentType).send(text);
  });
}
