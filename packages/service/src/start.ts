import { createServer, type Server } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { buildApp } from './app.js';
import { startBackground } from './background.js';
import { ConfigError, parseOptions, type ServiceConfig, type ServiceOptions } from './config.js';
import type { Store } from './domain/store.js';
import { keySourceOf } from './encryption-keys.js';
import { toWire } from './features/customer-wire.js';
import { endsConnections } from './http/closing.js';
import { Drain } from './http/drain.js';
import { handleClientError } from './http/faults.js';
import type { ServiceInstance } from './http/instance.js';
import { remoteIssuer } from './http/remote-issuer.js';
import { serverOptions } from './http/server-options.js';
import type { Metrics } from './metrics/exposition.js';
import { type Observed, observe } from './observe.js';
import { openDatabase } from './open-database.js';
import { version } from './package.js';
import type { SandboxDescription } from './sandbox/description.js';
import type { Sandbox } from './sandbox/sandbox.js';
import { sendWebhook } from './webhooks/send.js';

export interface RunningService {
  /** `http://127.0.0.1:7070`, without a trailing slash. */
  readonly url: string;
  /** Where `/metrics` is read, where it has a port of its own: `http://127.0.0.1:9090`. */
  readonly metricsUrl?: string;
  /** What a program needs to use the sandbox; absent outside sandbox mode. */
  readonly sandbox?: SandboxDescription;
  /**
   * Says that it is about to stop: `/readyz` answers 503, connections end with their next answer, and webhooks are left
   * to other processes. Requests are still answered. Resolves after the configured time, `drainInSeconds`.
   */
  drain(): Promise<void>;
  /** Answers what is under way, for four seconds at most, then stops. */
  close(): Promise<void>;
}

/**
 * Starts the service and resolves once it answers. Port 0 takes a free port; without `home` and `database` everything
 * is in memory and nothing is written.
 * @throws ConfigError where an option is missing or wrong, or the address or the database cannot be had
 * @example
 * ```ts
 * import { startService } from '@vetted/service';
 *
 * const service = await startService({ sandbox: true, port: 0 });
 * console.log(service.url, service.sandbox?.clientId);
 * await service.close();
 * ```
 */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const parsed = parseOptions(options);
  const sandbox = parsed.sandbox ? await loadSandbox(parsed) : undefined;
  const config = sandbox ? { ...parsed, clock: sandbox.clock.now } : parsed;
  // A connection that broke while unused is replaced by itself; a use that fails says so.
  let onIdleError = (_error: Error): void => {};
  const store = await openDatabase(config.database, (error) => onIdleError(error), await keySourceOf(config));
  try {
    await claimDatabase(store, sandbox);
    const drain = new Drain();
    const observed = await observe(config, store, sendWebhook);
    const app = await buildApp({ ...appParts(config, observed, sandbox), drain });
    onIdleError = (error) => app.log.warn({ err: error }, 'a database connection broke while unused');
    return await listen(config, app, observed, drain, sandbox);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A service that means it never loads what only a sandbox has. */
async function loadSandbox({ home, clock }: ServiceConfig): Promise<Sandbox> {
  const { openSandbox } = await import('./sandbox/sandbox.js');
  return openSandbox({ home, clock });
}

/** A sandbox and a service that means it never share a database. */
async function claimDatabase(store: Store, sandbox: Sandbox | undefined): Promise<void> {
  if (sandbox) return sandbox.seed(store);
  const kind = await store.transaction((transaction) => transaction.setting('kind', 'service'));
  if (kind !== 'service') {
    throw new ConfigError("database: this one is a sandbox's. Start with --sandbox, or name another database.");
  }
}

function appParts(config: ServiceConfig, { store, metrics, tracing }: Observed, sandbox: Sandbox | undefined) {
  const issuers = config.issuers.map((issuer) => remoteIssuer(issuer));
  if (!sandbox) return { config, store, issuers, version, metrics, tracing, policyDelayInMs: config.policy && 0 };
  return {
    config: {
      ...config,
      audiences: [...config.audiences, ...sandbox.audiences],
      operatorTenants: [...config.operatorTenants, ...sandbox.operatorTenants],
    },
    store,
    issuers: [sandbox.issuer, ...issuers],
    version,
    metrics,
    tracing,
    policyDelayInMs: sandbox.policyDelayInMs,
    sandbox: sandbox.extension({ store, toWire }),
  };
}

async function listen(
  config: ServiceConfig,
  app: ServiceInstance,
  { store, metrics, send }: Observed,
  drain: Drain,
  sandbox: Sandbox | undefined,
): Promise<RunningService> {
  let https: HttpsServer | undefined;
  let metricsServer: ListeningServer | undefined;
  const stop = async () => {
    await Promise.all([app.close(), https?.close(), metricsServer?.close()]);
  };
  try {
    await named('port', config.port, config.host, app.listen({ host: config.host, port: config.port }));
    const url = origin('http', config.host, app.server.address() as AddressInfo);
    if (sandbox && config.httpsPort !== undefined) https = await listenHttps(config, config.httpsPort, app, sandbox);
    if (metrics) metricsServer = await listenMetrics(config, metrics, app);
    const description = await sandbox?.describe({
      baseUrl: url,
      ...(https && { httpsUrl: origin('https', config.host, https.server.address() as AddressInfo) }),
    });
    if (sandbox && description) await sandbox.publish(description);
    const policy = sandbox ? sandbox.policy(config.policy) : config.policy;
    const background = await startBackground({
      config,
      url,
      store,
      log: app.log,
      policy,
      send,
    });
    sandbox?.clock.onAdvance(() => background.catchUp());
    let stopping: Promise<void> | undefined;
    const stopBackground = () => {
      stopping ??= background.stop();
      return stopping;
    };
    return {
      url,
      ...(metricsServer && { metricsUrl: metricsServer.url }),
      ...(description && { sandbox: description }),
      async drain() {
        drain.begin();
        void stopBackground();
        await setTimeout(config.drainInMs);
      },
      async close() {
        await Promise.all([stop(), stopBackground()]);
        await store.close();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface ListeningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Metrics on a port of their own, where one is configured. */
async function listenMetrics(
  { metrics: settings }: ServiceConfig,
  metrics: Metrics,
  { log }: ServiceInstance,
): Promise<ListeningServer | undefined> {
  if (settings?.listen === undefined) return undefined;
  const { host, port } = settings.listen;
  const { metricsServer } = await import('./metrics/index.js');
  const server = metricsServer({ metrics, token: settings.token, log });
  await named('metrics-port', port, host, listening(server, host, port));
  return {
    url: origin('http', host, server.address() as AddressInfo),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface HttpsServer {
  readonly server: Server;
  close(): Promise<void>;
}

async function listenHttps(
  { host }: ServiceConfig,
  port: number,
  app: ServiceInstance,
  sandbox: Sandbox,
): Promise<HttpsServer> {
  const server = createServer({ ...(await sandbox.certificate()), ...serverOptions }, (request, response) =>
    app.routing(request, response),
  );
  const endConnections = endsConnections(server);
  server.on('clientError', handleClientError);
  // As on the other port: bodies have a limit of their own.
  server.requestTimeout = 0;
  await named('https', port, host, listening(server, host, port));
  return {
    server,
    close() {
      endConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function listening(server: NetServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

/** Says which setting is at fault where an address cannot be had. */
async function named(setting: string, port: number, host: string, listening: Promise<unknown>): Promise<void> {
  try {
    await listening;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const fault = (text: string) => new ConfigError(text, { cause: error });
    if (code === 'EADDRINUSE') throw fault(`${setting}: ${port} on ${host} is in use. Choose another one.`);
    if (code === 'EACCES') throw fault(`${setting}: ${port} needs more rights. Choose one above 1023.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw fault(`host: "${host}" is no address of this machine.`);
    throw error;
  }
}

function origin(scheme: string, host: string, { port }: AddressInfo): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
