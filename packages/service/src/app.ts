import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { LogController } from 'fastify';
import type { LogLevel, ServiceConfig } from './config.js';
import type { Caller } from './domain/caller.js';
import { Refusal } from './domain/refusal.js';
import type { Store } from './domain/store.js';
import { callerRoutes } from './features/caller/caller.routes.js';
import { callerService } from './features/caller/caller.service.js';
import { consoleRoutes } from './features/console/console.routes.js';
import { customersRoutes } from './features/customers/customers.routes.js';
import { customersService } from './features/customers/customers.service.js';
import { eventsRoutes } from './features/events/events.routes.js';
import { eventsService } from './features/events/events.service.js';
import { healthRoutes } from './features/health/health.routes.js';
import { portfolioRoutes } from './features/portfolio/portfolio.routes.js';
import { portfolioService } from './features/portfolio/portfolio.service.js';
import { preflightRoutes } from './features/preflight/preflight.routes.js';
import { preflightService } from './features/preflight/preflight.service.js';
import { progressRoutes } from './features/progress/progress.routes.js';
import { progressService } from './features/progress/progress.service.js';
import { importRoutes } from './features/provisioning/import.routes.js';
import { importService } from './features/provisioning/import.service.js';
import { operatorService } from './features/provisioning/operator.service.js';
import { provisioningRoutes } from './features/provisioning/provisioning.routes.js';
import { qualificationsRoutes } from './features/qualifications/qualifications.routes.js';
import { qualificationsService } from './features/qualifications/qualifications.service.js';
import { decisionsService } from './features/reviews/decisions.service.js';
import { reviewsRoutes } from './features/reviews/reviews.routes.js';
import { reviewsService } from './features/reviews/reviews.service.js';
import { summaryRoutes } from './features/summary/summary.routes.js';
import { summaryService } from './features/summary/summary.service.js';
import { validationsRoutes } from './features/validations/validations.routes.js';
import { validationsService } from './features/validations/validations.service.js';
import { deliveriesRoutes } from './features/webhooks/deliveries.routes.js';
import { deliveriesService } from './features/webhooks/deliveries.service.js';
import { registrationRoutes } from './features/webhooks/registration.routes.js';
import { registrationService } from './features/webhooks/registration.service.js';
import { validationEventsRoutes } from './features/webhooks/validation-events.routes.js';
import { validationEventsService } from './features/webhooks/validation-events.service.js';
import { limitBodyTime } from './http/body-time.js';
import { endsConnections } from './http/closing.js';
import { negotiateContent } from './http/content.js';
import { correlate } from './http/correlation.js';
import type { Drain } from './http/drain.js';
import type { Extension } from './http/extension.js';
import { handleClientError, handleError, handleFrameworkError } from './http/faults.js';
import { Identity } from './http/identity.js';
import type { ServiceInstance } from './http/instance.js';
import { LogStream } from './http/log-stream.js';
import { installNotFound } from './http/not-found.js';
import { describeRoutes } from './http/openapi.js';
import { Overload } from './http/overload.js';
import { describeError, logRequests } from './http/request-log.js';
import { schemaCompilers } from './http/schema-compilers.js';
import { serverOptions } from './http/server-options.js';
import { Throttle } from './http/throttle.js';
import type { TrustedIssuer } from './http/trusted-issuer.js';
import { countRequests } from './metrics/count-requests.js';
import type { Metrics } from './metrics/exposition.js';
import { metricsRoutes } from './metrics/metrics.routes.js';
import type { Tracing } from './tracing/tracing.js';

const MAX_BODY_BYTES = 64 * 1024;
const logsRequests: ReadonlySet<LogLevel> = new Set(['info', 'debug', 'trace']);
/** More than Node.js reads of a request's head, so that the schema judges every id, however long. */
const MAX_PARAM_LENGTH = 65_536;

export interface AppParts {
  readonly config: ServiceConfig;
  readonly store: Store;
  readonly issuers: readonly TrustedIssuer[];
  readonly version: string;
  readonly drain: Drain;
  /** How long after a request the policy is asked; undefined where there is no policy. */
  readonly policyDelayInMs: number | undefined;
  /** Absent where nobody may read metrics. */
  readonly metrics?: Metrics | undefined;
  /** Absent where nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** The sandbox's own hooks and routes; absent outside sandbox mode. */
  readonly sandbox?: Extension;
}

/** Every plugin and route, in the order in which a request meets them. */
export async function buildApp(parts: AppParts): Promise<ServiceInstance> {
  const { config, store, version, metrics, tracing, drain, sandbox } = parts;
  const stream = new LogStream();
  const app: ServiceInstance = fastify({
    logger:
      config.logLevel === 'silent' ? false : { level: config.logLevel, serializers: { err: describeError }, stream },
    // Log lines carry the correlation id; a logger for each request would only add a number.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    // Node.js's limit of the whole request would cut a long import; headers have one of their own.
    requestTimeout: 0,
    // The schemas refuse such members as they refuse every unknown one, by name; Fastify would say no more than an error.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    http: serverOptions,
    schemaController: { compilersFactory: schemaCompilers() },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    return503OnClosing: false,
    clientErrorHandler: handleClientError,
    frameworkErrors: handleFrameworkError,
  }).withTypeProvider<TypeBoxTypeProvider>();

  // An expectation that nobody knows is no reason to refuse a request.
  app.server.on('checkExpectation', app.routing);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(handleError);
  app.decorateRequest('correlationId', '');
  app.decorateRequest('requestId', undefined);
  app.decorateRequest('fault', undefined);
  if (metrics) countRequests(app, metrics.counts);
  beginRequests(app, drain);
  tracing?.traceRequests(app);
  if (logsRequests.has(config.logLevel)) logRequests(app, stream);
  installNotFound(app);
  describeRoutes(app, version);

  consoleRoutes(app, { version, ...(sandbox?.console ?? config.console) });
  healthRoutes(app, store, drain);
  if (metrics && config.metrics?.token !== undefined && config.metrics.listen === undefined)
    metricsRoutes(app, metrics, config.metrics.token);
  sandbox?.hooks(app);
  if (sandbox) await app.register(sandbox.routes);
  await app.register(async (scope) => callersRoutes(scope as unknown as ServiceInstance, parts));
  return app;
}

/** The routes that need to know who calls. Identity stands before them all. */
function callersRoutes(
  app: ServiceInstance,
  { config, store, issuers, metrics, policyDelayInMs, sandbox }: AppParts,
): void {
  const identity = new Identity({ ...config, issuers, ...(metrics && { counts: metrics.counts.tokens }) });
  const throttle = openThrottle(app, config, store);
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, reply, done) => {
    try {
      const caller = identity.identify(request.headers.authorization);
      const admit = (verified: Caller) => {
        identity.admit(verified, request, reply);
        negotiateContent(request);
        return throttle?.admit(request, reply);
      };
      const admitted = caller instanceof Promise ? caller.then(admit) : admit(caller);
      if (admitted === undefined) done();
      else admitted.then(() => done(), done);
    } catch (error) {
      done(error as Error);
    }
  });
  qualificationsRoutes(app, qualificationsService(store, config.clock, policyDelayInMs));
  customersRoutes(app, customersService(store));
  callerRoutes(app, callerService(store));
  portfolioRoutes(app, portfolioService(store, config.clock));
  validationsRoutes(app, validationsService(store));
  reviewsRoutes(app, reviewsService(store, config.clock), decisionsService(store, config.clock));
  progressRoutes(app, progressService(store));
  preflightRoutes(app, preflightService(store));
  summaryRoutes(app, summaryService(store, config.clock));
  registrationRoutes(app, registrationService(store, config.clock, config.sandbox ? 'loopback' : 'public'));
  validationEventsRoutes(app, validationEventsService(store, config.clock));
  deliveriesRoutes(app, deliveriesService(store));
  const onEventsError = (err: unknown) => app.log.error({ err }, 'events could not be looked for');
  eventsRoutes(app, eventsService(store, config.clock, onEventsError));
  provisioningRoutes(app, operatorService(store, config.clock));
  importRoutes(app, importService(store, config.clock));
  sandbox?.callerRoutes(app);
}

function openThrottle(app: ServiceInstance, { throttle: limits, clock }: ServiceConfig, store: Store) {
  if (limits === undefined) return undefined;
  const onError = (err: unknown) =>
    app.log.warn({ err }, 'what other processes let through is not known: each counts alone');
  return new Throttle({ limits, clock, ledger: store.throttle, onError });
}

function hostMissing(): Refusal {
  return new Refusal('InputInvalid', [{ name: 'Host', reason: 'is required in HTTP/1.1' }]);
}

/** Gives each request its ids. Those that come over connections still open while the service closes are sent elsewhere. */
function beginRequests(app: ServiceInstance, drain: Drain): void {
  let closing = false;
  const overload = new Overload({
    onChange: (isOver) =>
      app.log.warn(
        isOver ? 'more requests come than can be answered: some get 503' : 'every request is answered again',
      ),
  });
  const busy = new Refusal('ServiceUnavailable');
  const endConnections = endsConnections(app.server);
  app.addHook('preClose', async () => {
    closing = true;
    endConnections();
  });
  app.addHook('onRequest', (request, reply, done) => {
    correlate(request, reply);
    limitBodyTime(request, reply);
    // A balancer's next request takes a connection to somebody else.
    if (drain.isUnderWay) reply.header('Connection', 'close');
    if (closing) done(busy);
    else if (request.headers.host === undefined && request.raw.httpVersion === '1.1') done(hostMissing());
    else overload.admit(request, done);
  });
}
