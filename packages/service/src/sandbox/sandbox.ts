import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { createLocalJWKSet } from 'jose';
import type { Clock } from '../domain/clock.js';
import type { Store } from '../domain/store.js';
import type { TrustedIssuer } from '../http/trusted-issuer.js';
import { tenantOfIssuer } from './addresses.js';
import { authorityRoutes } from './authority.routes.js';
import { type Certificate, openCertificate } from './certificate.js';
import { AuthorizationCodes } from './codes.js';
import type { SandboxDescription, SandboxUserDescription } from './description.js';
import { ensureFolder, replaceFile } from './files.js';
import { Grants } from './grants.js';
import { SAMPLE_CLIENT_ID, type SampleUserName, sampleData } from './sample-data.js';
import { partnerCenterAudiences } from './scopes.js';
import { openSecrets, type Secrets } from './secrets.js';
import { seed } from './seed.js';
import { Tokens } from './tokens.js';

/** What sandbox mode adds to the service: an authority of its own, a certificate, and sample data. */
export interface Sandbox {
  /** Trusts the authority's tokens, whatever loopback origin and port they were issued under. */
  readonly issuer: TrustedIssuer;
  readonly audiences: readonly string[];
  readonly operatorTenants: readonly string[];
  /** The authority's routes. */
  readonly routes: FastifyPluginAsync;
  /** The key and the certificate for https: made on demand, kept in the data folder if there is one. */
  certificate(): Promise<Certificate>;
  /**
   * Loads the sample data, at the first start on this database only.
   * @throws ConfigError if the database holds data that is not a sandbox's.
   */
  seed(store: Store): Promise<void>;
  describe(origins: SandboxOrigins): Promise<SandboxDescription>;
  /** Writes `sandbox.json` into the data folder, readable by its owner only; nothing without a data folder. */
  publish(description: SandboxDescription): Promise<void>;
}

/** Where the service answers; both without a trailing slash. */
export interface SandboxOrigins {
  readonly baseUrl: string;
  readonly httpsUrl?: string;
}

export interface SandboxOptions {
  /** The data folder. Without it everything is in memory and nothing is written. */
  readonly home: string | undefined;
  /** What tokens and codes go by. */
  readonly clock: Clock;
}

/**
 * Opens the sandbox of a data folder, and makes its secrets at the first start.
 * @throws ConfigError if the folder cannot be used or its secrets are broken.
 */
export async function openSandbox({ home, clock }: SandboxOptions): Promise<Sandbox> {
  if (home !== undefined) await ensureFolder(home);
  const secrets = await openSecrets(home);
  const tokens = new Tokens(secrets, clock);
  const codes = new AuthorizationCodes(clock);
  const grants = new Grants({ tokens, codes, clientSecret: secrets.clientSecret, clock });
  let certificate: Promise<Certificate> | undefined;
  const openedCertificate = () => {
    certificate ??= openCertificate(home);
    return certificate;
  };
  return {
    issuer: { tenantOf: tenantOfIssuer, keys: createLocalJWKSet({ keys: [secrets.publicKey] }) },
    audiences: partnerCenterAudiences,
    operatorTenants: [sampleData.operator.tenantId],
    routes: authorityRoutes({ grants, codes, publicKey: secrets.publicKey }),
    certificate: openedCertificate,
    seed: (store) => seed(store, clock()),
    describe: (origins) => describe(origins, secrets, tokens, openedCertificate),
    publish: async (description) => {
      if (home === undefined) return;
      await replaceFile(join(home, 'sandbox.json'), `${JSON.stringify(description, null, 2)}\n`);
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
