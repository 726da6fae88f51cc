import { readFile } from 'node:fs/promises';
import { paths, webhookPaths } from '@vetted/contract';
import {
  databases,
  type FakeEntra,
  PARTNER_CENTER_AUDIENCE,
  startFakeEntra,
  type TestDatabase,
  testEncryption,
} from '@vetted/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAdmin, type RunningService, startService } from '../src/index.js';
import { partner } from './bench.js';

const customer = '71b473d5-c4a2-4381-82e5-809403c2d108';
const scripts = new URL('../../../docs/deploy/', import.meta.url);

let database: TestDatabase;
let entra: FakeEntra;
let service: RunningService;

const addressOf = (role: string) => {
  const address = new URL(database.address);
  address.username = role;
  address.password = role;
  return address.href;
};

async function execute(address: string, statements: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return await client.query(statements);
  } finally {
    await client.end();
  }
}

const script = (name: string) => readFile(new URL(name, scripts), 'utf8');

/** Sets a database up as the page for operators says, and serves with the role that may do least. */
beforeAll(async () => {
  const postgres = databases.find(({ name }) => name === 'PostgreSQL');
  if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
  database = await postgres.create();
  await execute(database.address, await script('postgresql-roles.sql'));
  for (const role of ['vetted_owner', 'vetted']) {
    await execute(database.address, `alter role ${role} password '${role}'`);
  }
  const owner = await openAdmin({ ...testEncryption, database: addressOf('vetted_owner') });
  await owner.close();
  await execute(addressOf('vetted_owner'), await script('postgresql-grants.sql'));
  entra = await startFakeEntra(() => new Date());
  service = await startService({
    ...testEncryption,
    database: addressOf('vetted'),
    issuers: [entra.issuer],
    audiences: [PARTNER_CENTER_AUDIENCE],
    port: 0,
    logLevel: 'silent',
  });
});
afterAll(async () => {
  await service?.close();
  await entra?.close();
  await execute(database.address, 'drop owned by vetted, vetted_owner cascade; drop role vetted, vetted_owner');
  await database.drop();
});

async function* oneLine(record: object) {
  yield { line: 1, record };
}

async function send(method: string, path: string, body?: object): Promise<Response> {
  return fetch(service.url + path, {
    method,
    headers: {
      authorization: `Bearer ${await entra.token()}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

it('serves with a role that can change neither tables nor what has happened', async () => {
  const admin = await openAdmin({ ...testEncryption, database: addressOf('vetted') });
  await admin.addPartner({ tenantId: partner, name: 'Contoso' });
  await admin.importCustomers(partner, oneLine({ id: customer, companyName: 'Litware', domain: 'litware.example' }));
  await admin.addValidationCode(partner, { validationId: 'A-1', organizationName: 'City', maxCreates: 5 });

  const qualifications = paths.qualifications.replace(':customerId', customer);
  const registration = { WebhookUrl: 'https://8.8.8.8/hook', WebhookEvents: ['test-created'] };
  expect((await send('POST', webhookPaths.registration, registration)).status).toBe(200);
  expect((await send('POST', `${qualifications}?code=A-1`, { qualification: 'GovernmentCommunityCloud' })).status).toBe(
    201,
  );
  expect((await send('DELETE', webhookPaths.registration)).status).toBeLessThan(300);
  expect(await (await send('GET', qualifications)).json()).toHaveLength(1);
  expect((await admin.verifyHistory()).broken).toEqual([]);
  await admin.close();

  for (const statement of ['update history set actor = $$x$$', 'delete from event', 'drop table partner']) {
    await expect(execute(addressOf('vetted'), statement)).rejects.toThrow(/permission denied|must be owner/);
  }
});

it('grants something of every table', async () => {
  const { rows } = await execute(
    addressOf('vetted'),
    "select tablename from pg_tables where schemaname = 'public' and not has_table_privilege(schemaname || '.' || tablename, 'select')",
  );
  expect(rows).toEqual([]);
});
