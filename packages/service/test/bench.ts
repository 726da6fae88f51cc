import { randomUUID } from 'node:crypto';
import { FaultBody, isGuid } from '@vetted/contract';
import {
  type Answer,
  type databases,
  type FakeClock,
  fakeClock,
  startSandbox,
  type TestDatabase,
  type TestSandbox,
  testEncryption,
} from '@vetted/testkit';
import { Value } from 'typebox/value';
import { expect } from 'vitest';
import { parseDatabase, type ServiceOptions } from '../src/config.js';
import type { CustomerRead, CustomerRow, Store, ValidationCodeRow } from '../src/domain/store.js';
import type { PublishedVetting, Vetting } from '../src/domain/vetting.js';
import { EncryptionKey } from '../src/store/encryption-key.js';
import { openStore } from '../src/store/open-store.js';
import { openPostgres } from '../src/store/postgres.js';
import { openSqlite } from '../src/store/sqlite.js';

/** The sample partner. */
export const partner = '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';
/** A tenant that no service knows. */
export const stranger = '11111111-2222-4333-8444-555555555555';

type CreateDatabase = (typeof databases)[number]['create'];

/** Everything a database holds but the recorded answers: what a refusal leaves as it is. */
export type Contents = Readonly<Record<string, readonly unknown[]>>;

/** A second way into a service's database, beside the service. */
export interface Backdoor {
  readonly store: Store;
  /** Adds a customer, of the sample partner unless it says otherwise, and gives its id. */
  addCustomer(customer?: Partial<CustomerRow>, partnerId?: string): Promise<string>;
  /** Adds a validation code of the sample partner. */
  addCode(code?: Partial<ValidationCodeRow>, partnerId?: string): Promise<string>;
  /** The id that the database knows a code of the sample partner by. */
  codeId(code: string): Promise<string | undefined>;
  /** Gives a customer a qualification in whatever state. */
  put(customerId: string, vetting: Partial<Vetting> & Pick<Vetting, 'qualification'>): Promise<void>;
  /** A customer's qualifications with all that the service keeps of them, also what the wire does not show. */
  vettings(customerId: string, partnerId?: string): Promise<readonly Vetting[]>;
  contents(): Promise<Contents>;
  close(): Promise<void>;
}

export async function openBackdoor(address: string): Promise<Backdoor> {
  const config = parseDatabase(address, undefined);
  const keys = testEncryption.encryptionKeys.flatMap((text) => EncryptionKey.fromText(text) ?? []);
  const store = await openStore(config, () => {}, { kind: 'given', keys });
  const { db, close } =
    config.kind === 'postgres'
      ? openPostgres(config.url, () => {})
      : openSqlite(config.kind === 'sqlite' ? config.file : undefined);
  return {
    store,
    async addCustomer(customer = {}, partnerId = partner) {
      const id = randomUUID();
      const row = {
        id,
        companyName: `Company ${id}`,
        domain: `${id}.example.com`,
        relationshipToPartner: 'reseller',
        relationshipEnded: false,
        ...customer,
      };
      await store.transaction((transaction) => transaction.putCustomers(partnerId, [row], '2026-03-01T00:00:00.000Z'));
      return row.id;
    },
    async addCode(code = {}, partnerId = partner) {
      const row = {
        validationId: randomUUID(),
        organizationName: 'City of Example',
        maxCreates: 5,
        remainingCreates: 5,
        ...code,
      };
      await store.transaction((transaction) => transaction.putValidationCode(partnerId, row));
      return row.validationId;
    },
    async codeId(code) {
      return (await store.transaction((transaction) => transaction.lockValidationCode(partner, code)))?.id;
    },
    put: (customerId, vetting) =>
      store.transaction((transaction) => transaction.saveVetting(partner, customerId, { attempts: 1, ...vetting })),
    async vettings(customerId, partnerId = partner) {
      const read = await store.transaction((transaction) => transaction.lockQualifications(partnerId, customerId));
      return read.customer?.value ?? [];
    },
    async contents() {
      const [partners, customers, qualifications, codes, history, reviews, events] = await Promise.all([
        db.selectFrom('partner').selectAll().orderBy('tenant_id').execute(),
        db.selectFrom('customer').selectAll().orderBy('partner_id').orderBy('id').execute(),
        db
          .selectFrom('qualification')
          .selectAll()
          .orderBy('partner_id')
          .orderBy('customer_id')
          .orderBy('qualification')
          .execute(),
        db
          .selectFrom('validation_code')
          .selectAll()
          .orderBy('partner_id')
          .orderBy('organization_name')
          .orderBy('id')
          .execute(),
        db.selectFrom('history').selectAll().orderBy('partner_id').orderBy('customer_id').orderBy('sequence').execute(),
        db.selectFrom('review').selectAll().orderBy('partner_id').orderBy('customer_id').orderBy('attempt').execute(),
        db.selectFrom('event').selectAll().orderBy('partner_id').orderBy('sequence').execute(),
      ]);
      return { partners, customers, qualifications, codes, history, reviews, events };
    },
    async close() {
      await close();
      await store.close();
    },
  };
}

/** A sandbox on a database of its own, and the second way into it. */
export interface Bench extends Backdoor {
  readonly sandbox: TestSandbox;
  readonly clock: FakeClock;
  readonly database: TestDatabase;
  /** How many creates a validation code has left, as the service tells it. */
  remaining(validationId: string): Promise<number>;
}

export async function startBench(create: CreateDatabase, options: ServiceOptions = {}): Promise<Bench> {
  const database = await create();
  const clock = fakeClock();
  const sandbox = await startSandbox({ database: database.address, clock, ...options });
  const backdoor = await openBackdoor(database.address);
  return {
    ...backdoor,
    sandbox,
    clock,
    database,
    async remaining(validationId) {
      const { body } = await sandbox.get('/v1/customers/all/validations');
      return body.find((code: { validationId: string }) => code.validationId === validationId).remainingCreates;
    },
    async close() {
      await backdoor.close();
      await sandbox.close();
      await database.drop();
    },
  };
}

/** Holds an answer against the wire's rules for a fault: status, code, and the names in `data`, once each. */
export function expectFault(answer: Answer, status: number, code: string, names: readonly string[] = []): void {
  expect({ status: answer.status, code: answer.body?.code, names: namesIn(answer) }, answer.text).toEqual({
    status,
    code,
    names,
  });
  expectFaultShape(answer);
}

/** Holds an answer that is no success against what every fault has. */
export function expectFaultShape(answer: Answer): void {
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)));
  expect(answer.headers.get('ms-correlationid')).toSatisfy(isGuid);
  expect(answer.headers.get('ms-requestid')).toSatisfy(isGuid);
  expect([...Value.Errors(FaultBody, answer.body)], answer.text).toEqual([]);
  expect(Object.keys(answer.body)).toEqual(
    answer.body.data === undefined ? ['code', 'description', 'source'] : ['code', 'description', 'data', 'source'],
  );
  for (const { name, reason } of answer.body.data ?? []) expect([name, reason]).not.toContain('');
}

function namesIn({ body }: Answer): string[] {
  return [...new Set<string>((body?.data ?? []).map(({ name }: { name: string }) => name))];
}

/** What a GET of a customer's qualifications answers, without the second spelling of the date. */
export async function published(
  store: Store,
  partnerId: string,
  customerId: string,
): Promise<CustomerRead<readonly PublishedVetting[]>> {
  const { customer, ...read } = await store.reads.answer(partnerId, customerId);
  if (customer === undefined) return read;
  const value = (JSON.parse(customer.value.body) as (PublishedVetting & { vettingCreateDate?: string })[]).map(
    ({ vettingCreateDate: _, ...rest }) => rest,
  );
  return { ...read, customer: { ...customer, value } };
}
