import type { ServiceInstance } from '../http/instance.js';
import type { ServiceCounts } from './service-counts.js';

/** The route of what no route matches. */
const UNMATCHED = 'unmatched';
/** nginx's for a caller that was gone before there was an answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** Counts every request, also one that is cut off; the answer's end is the only event that is sure to come. */
export function countRequests(app: ServiceInstance, { requests }: ServiceCounts): void {
  app.addHook('onRequest', (request, { raw }, done) => {
    const began = performance.now();
    requests.inFlight += 1;
    raw.on('close', () => {
      requests.inFlight -= 1;
      const status = raw.headersSent ? raw.statusCode : CLIENT_CLOSED_REQUEST;
      const counts = requests.of(request.method, request.routeOptions.url ?? UNMATCHED);
      counts.add(status, (performance.now() - began) / 1000);
      if (request.fault !== undefined) requests.addFault(request.fault);
    });
    done();
  });
}
