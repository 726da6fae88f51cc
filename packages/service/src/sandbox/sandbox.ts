import { join } from 'node:path';
import type { Customer } from '@vetted/contract';
import type { FastifyPluginAsync } from 'fastify';
import { createLocalJWKSet } from 'jose';
import type { Clock } from '../domain/clock.js';
import type { VettingPolicy } from '../domain/policy.js';
import type { CustomerRow, Store } from '../domain/store.js';
import type { Extension } from '../http/extension.js';
import type { ServiceInstance } from '../http/instance.js';
import type { TrustedIssuer } from '../http/trusted-issuer.js';
import { tenantOfIssuer } from './addresses.js';
import { authorityRoutes } from './authority.routes.js';
import { type Certificate, openCertificate } from './certificate.js';
import { SandboxClock } from './clock.js';
import { AuthorizationCodes } from './codes.js';
import type { SandboxDescription, SandboxUserDescription } from './description.js';
import { installFaults } from './fault-hooks.js';
import { FaultSwitch } from './faults.js';
import { ensureFolder, replaceFile } from './files.js';
import { Grants } from './grants.js';
import { OUTCOME_DELAY_IN_MS, sandboxPolicy } from './outcomes.js';
import { SAMPLE_CLIENT_ID, type SampleUserName, sampleData } from './sample-data.js';
import { partnerCenterAudiences } from './scopes.js';
import { openSecrets, type Secrets } from './secrets.js';
import { seed } from './seed.js';
import { callerSwitchesRoutes, type SwitchesOptions, switchesRoutes } from './switches.routes.js';
import { Tokens } from './tokens.js';

/** What sandbox mode adds to the service: an authority of its own, a certificate, sample data, and switches. */
export interface Sandbox {
  /** Trusts the authority's tokens, whatever loopback origin and port they were issued under. */
  readonly issuer: TrustedIssuer;
  readonly audiences: readonly string[];
  readonly operatorTenants: readonly string[];
  /** What the whole service tells the time by. */
  readonly clock: SandboxClock;
  /** How long after a request the policy is asked. */
  readonly policyDelayInMs: number;
  /** Decides as the names of the sample data wish, and by this policy where they wish nothing. */
  policy(own: VettingPolicy | undefined): VettingPolicy;
  /** The authority's routes. */
  readonly routes: FastifyPluginAsync;
  /** What the service's routes get from the sandbox: the authority, and the switches. */
  extension(service: SandboxedService): Extension;
  /** The key and the certificate for https: made on demand, kept in the data folder if there is one. */
  certificate(): Promise<Certificate>;
  /**
   * Loads the sample data, at the first start on this database only, and takes up its clock.
   * @throws ConfigError if the database holds data that is not a sandbox's.
   */
  seed(store: Store): Promise<void>;
  describe(origins: SandboxOrigins): Promise<SandboxDescription>;
  /** Writes `sandbox.json` into the data folder, readable by its owner only; nothing without a data folder. */
  publish(description: SandboxDescription): Promise<void>;
}

/** What the switches need of the service. */
export interface SandboxedService {
  readonly store: Store;
  /** A customer as the routes of customers answer it. */
  readonly toWire: (customer: CustomerRow) => Customer;
}

/** Where the service answers; both without a trailing slash. */
export interface SandboxOrigins {
  readonly baseUrl: string;
  readonly httpsUrl?: string;
}

export interface SandboxOptions {
  /** The data folder. Without it everything is in memory and nothing is written. */
  readonly home: string | undefined;
  /** What the sandbox's own clock goes by. */
  readonly clock: Clock;
}

/**
 * Opens the sandbox of a data folder, and makes its secrets at the first start.
 * @throws ConfigError if the folder cannot be used or its secrets are broken.
 */
export async function openSandbox({ home, clock: base }: SandboxOptions): Promise<Sandbox> {
  if (home !== undefined) await ensureFolder(home);
  const secrets = await openSecrets(home);
  const sandboxClock = new SandboxClock(base);
  const clock = sandboxClock.now;
  const tokens = new Tokens(secrets, clock);
  const codes = new AuthorizationCodes(clock);
  const grants = new Grants({ tokens, codes, clientSecret: secrets.clientSecret, clock });
  let certificate: Promise<Certificate> | undefined;
  const openedCertificate = () => {
    certificate ??= openCertificate(home);
    return certificate;
  };
  const routes = authorityRoutes({ grants, codes, publicKey: secrets.publicKey });
  return {
    issuer: { tenantOf: tenantOfIssuer, keys: createLocalJWKSet({ keys: [secrets.publicKey] }) },
    audiences: partnerCenterAudiences,
    operatorTenants: [sampleData.operator.tenantId],
    clock: sandboxClock,
    policyDelayInMs: OUTCOME_DELAY_IN_MS,
    policy: sandboxPolicy,
    routes,
    extension: (service) => extend(routes, { ...service, clock: sandboxClock, faults: new FaultSwitch(Math.random) }),
    certificate: openedCertificate,
    seed: async (store) => {
      await seed(store, clock());
      await sandboxClock.restore(store);
    },
    describe: (origins) => describe(origins, secrets, tokens, openedCertificate),
    publish: async (description) => {
      if (home === undefined) return;
      await replaceFile(join(home, 'sandbox.json'), `${JSON.stringify(description, null, 2)}\n`);
    },
  };
}

function extend(authority: FastifyPluginAsync, switches: SwitchesOptions): Extension {
  return {
    hooks: (app) => installFaults(app, switches.faults),
    routes: async (app) => {
      await app.register(authority);
      await app.register(async (scope) => switchesRoutes(scope as unknown as ServiceInstance, switches));
    },
    callerRoutes: (app) => callerSwitchesRoutes(app, switches),
    console: {
      // Of every tenant, and under whatever name of this machine the console was opened.
      authority: '/organizations/v2.0',
      clientId: SAMPLE_CLIENT_ID,
      scope: `${partnerCenterAudiences[0]}/user_impersonation`,
      sandbox: {
        users: Object.values(sampleData.users).map(({ displayName, userPrincipalName, tenantName }) => ({
          displayName,
          userPrincipalName,
          tenantName,
        })),
      },
    },
  };
}

async function describe(
  { baseUrl, httpsUrl }: SandboxOrigins,
  secrets: Secrets,
  tokens: Tokens,
  certificate: () => Promise<Certificate>,
): Promise<SandboxDescription> {
  const [agent, reviewer, administrator] = await Promise.all([
    describeUser('agent', tokens),
    describeUser('reviewer', tokens),
    describeUser('administrator', tokens),
  ]);
  return {
    baseUrl,
    authority: httpsUrl ?? baseUrl,
    tenantId: sampleData.partner.tenantId,
    clientId: SAMPLE_CLIENT_ID,
    clientSecret: secrets.clientSecret,
    users: { agent, reviewer, administrator },
    customers: sampleData.partner.customers.map(({ id, companyName }) => ({ id, companyName })),
    ...(httpsUrl === undefined ? {} : { https: { baseUrl: httpsUrl, certificate: (await certificate()).cert } }),
  };
}

async function describeUser(name: SampleUserName, tokens: Tokens): Promise<SandboxUserDescription> {
  const { userPrincipalName, tenantId, objectId } = sampleData.users[name];
  const scope = `${partnerCenterAudiences[0]}/user_impersonation`;
  // A fixed id: programs keep the token, so a restart must describe the same one.
  const refreshToken = await tokens.refreshToken({ objectId, tenantId, client: 'confidential', scope }, 'sandbox.json');
  return { userPrincipalName, tenantId, refreshToken };
}
