import {
  type Answer,
  call,
  databases,
  type FakeClock,
  type FakeEntra,
  fakeClock,
  PARTNER_CENTER_AUDIENCE,
  startFakeEntra,
  testEncryption,
  unqualified,
} from '@vetted/testkit';
import type { IdentityOptions } from '../src/http/identity.js';
import { openAdmin, type RunningService, type ServiceOptions, startService } from '../src/index.js';
import { partner, stranger } from './bench.js';

/** Partner Center's application id. */
export const PARTNER_CENTER_ID = 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd';
const customer = unqualified.litware;
export const second = 1000;
/** How far an issuer's clock may be from the service's. */
export const tolerance = 60 * second;

export interface Production {
  readonly clock: FakeClock;
  readonly entra: FakeEntra;
  readonly service: RunningService;
  get(authorization: string | undefined, headers?: Record<string, string>): Promise<Answer>;
  post(token: string): Promise<Answer>;
  close(): Promise<void>;
}

const [first] = databases;
if (first === undefined) throw new Error('There is no SQLite to test on.');
/** Where the database does not matter. */
export const sqlite = first;

/** A service that means it: Entra ID's side is played, and its database was filled by its operator. */
export async function startProduction(options: ServiceOptions = {}, create = sqlite.create): Promise<Production> {
  const database = await create();
  const clock = fakeClock();
  const entra = await startFakeEntra(clock);
  await fill(database.address);
  const service = await startService({
    database: database.address,
    ...testEncryption,
    issuers: [entra.issuer],
    audiences: [PARTNER_CENTER_AUDIENCE, PARTNER_CENTER_ID],
    port: 0,
    logLevel: 'silent',
    clock,
    ...options,
  });
  return {
    clock,
    entra,
    service,
    get: (authorization, headers = {}) =>
      call(`${service.url}/v1/customers/${customer}/qualifications`, {
        headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
      }),
    post: (token) =>
      call(`${service.url}/v1/customers/${customer}/qualifications`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"qualification":"StateOwnedEntity"}',
      }),
    async close() {
      await service.close();
      await entra.close();
      await database.drop();
    },
  };
}

export async function fill(database: string): Promise<void> {
  const admin = await openAdmin({ database, ...testEncryption });
  await admin.addPartner({ tenantId: partner, name: 'Contoso' });
  await admin.importCustomers(
    partner,
    (async function* () {
      yield { line: 1, record: { id: customer, companyName: 'Litware', domain: 'litware.example.edu' } };
    })(),
  );
  await admin.close();
}

/** Of an Identity that is made without a service. */
export const identityOptions: Omit<IdentityOptions, 'issuers' | 'clock'> = {
  audiences: [PARTNER_CENTER_AUDIENCE],
  operatorTenants: [stranger],
  requireMfa: false,
  clockToleranceInSeconds: 60,
};
