import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImportLine, openAdmin } from '@vetted/service';
import { type FakeEntra, startFakeEntra } from '../entra.js';
import { type ServiceProcess, spawnServiceProcess } from '../service-process.js';
import { type Inbox, openInbox } from './inbox.js';
import { patientFetch } from './patient.js';
import type { Random } from './random.js';

const PARTNER = 'c0ffee00-0000-4000-8000-000000000001';
const OPERATOR = 'c0ffee00-0000-4000-8000-000000000002';
const REVIEWERS = 4;
export const CREATES_A_CODE = 3;
/** One webhook in so many is refused when it first comes. */
const ARRIVALS_A_REFUSAL = 40;
const MONTH_IN_SECONDS = 30 * 86_400;

/** Everything around the service: its database, who calls it, and who hears of it. */
export interface House {
  readonly database: string;
  readonly partnerId: string;
  readonly operatorId: string;
  /** One after the other, so that each round has some that nothing was asked for yet. */
  readonly customers: readonly string[];
  /** With {@link CREATES_A_CODE} creates each. */
  readonly codes: readonly string[];
  readonly agent: string;
  readonly reviewers: readonly string[];
  readonly entra: FakeEntra;
  readonly inbox: Inbox;
  /** Starts a service and does not wait for it. */
  spawn(): ReturnType<typeof spawnServiceProcess>;
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly database: string;
  readonly customers: number;
  readonly codes: number;
  readonly random: Random;
  /** Of the service's process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A sandbox, since only a sandbox sends webhooks to this machine, and since its clock ends the claims of a process that
 * died without anybody's waiting. Everything else is as in production: people of a tenant of their own with tokens of
 * another issuer, and a partner that the sample data does not have.
 */
export async function openHouse({ database, customers, codes, random, env = {} }: HouseOptions): Promise<House> {
  const home = await mkdtemp(join(tmpdir(), 'vetted-house-'));
  const entra = await startFakeEntra(() => new Date(), '/entra');
  const refused = new Set<string>();
  const inbox = await openInbox(({ id }) => {
    if (refused.has(id) || random.below(ARRIVALS_A_REFUSAL) > 0) return 204;
    refused.add(id);
    return 500;
  });
  const args = ['--sandbox', '--database', database, '--home', home, '--log-level', 'error'];
  args.push('--issuer', entra.issuer, '--operator-tenant', OPERATOR, '--public-url', 'https://vetted.example');
  return {
    database,
    partnerId: PARTNER,
    operatorId: OPERATOR,
    customers: Array.from({ length: customers }, () => random.guid()),
    codes: Array.from({ length: codes }, (_, index) => `code-${index + 1}`),
    ...(await signIn(entra, random)),
    entra,
    inbox,
    spawn: () => spawnServiceProcess({ args, env }),
    async close() {
      await Promise.all([entra.close(), inbox.close()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** New tokens of an agent and of several reviewers. */
export async function signIn(entra: FakeEntra, random: Random) {
  // The service's clock is moved on in the end.
  const exp = Math.floor(Date.now() / 1000) + MONTH_IN_SECONDS;
  return {
    agent: await entra.token({ tid: PARTNER, oid: random.guid(), exp }),
    reviewers: await Promise.all(
      Array.from({ length: REVIEWERS }, () =>
        entra.token({ tid: OPERATOR, oid: random.guid(), exp, roles: ['Vetting.Review'] }),
      ),
    ),
  };
}

/** Brings the partner, its customers and codes into the database, and registers its webhook. */
export async function furnish(house: House, { url }: ServiceProcess): Promise<void> {
  const admin = await openAdmin({ database: house.database, mustExist: true });
  try {
    await admin.addPartner({ tenantId: house.partnerId, name: 'A partner under load', active: true });
    await admin.importCustomers(house.partnerId, linesOf(house.customers));
    for (const validationId of house.codes) {
      // The organization tells which code it is: the database holds the code itself encrypted.
      const code = { validationId, organizationName: validationId, maxCreates: CREATES_A_CODE };
      await admin.addValidationCode(house.partnerId, code);
    }
  } finally {
    await admin.close();
  }
  const response = await patientFetch(`${url}/webhooks/v1/registration`, {
    method: 'POST',
    body: JSON.stringify({ WebhookUrl: house.inbox.url, WebhookEvents: ['customer-qualification-updated'] }),
    headers: { authorization: `Bearer ${house.agent}`, 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(`The webhook was not registered: ${await response.text()}`);
}

async function* linesOf(customers: readonly string[]): AsyncGenerator<ImportLine> {
  for (const [index, id] of customers.entries()) {
    yield {
      line: index + 1,
      record: { id, companyName: `Customer ${index + 1}`, domain: `customer-${index + 1}.example.com` },
    };
  }
}
