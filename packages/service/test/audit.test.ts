import { randomUUID } from 'node:crypto';
import { databases } from '@vetted/testkit';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseDatabase } from '../src/config.js';
import type { HistoryEntry } from '../src/domain/history.js';
import { openAdmin } from '../src/index.js';
import { openPostgres } from '../src/store/postgres.js';
import { openSqlite } from '../src/store/sqlite.js';
import type { HistoryTable, Tables } from '../src/store/tables.js';
import { type Bench, partner, startBench } from './bench.js';

const LENGTH = 6;
const entry: HistoryEntry = {
  at: '2026-03-02T09:00:00.000Z',
  subject: 'qualification',
  qualification: 'Education',
  from: 'InReview',
  to: 'Denied',
  by: 'reviewer',
  actor: 'somebody',
  reason: 'Not an Academic Domain',
  note: 'No school of this name.',
  changes: '{}',
  correlationId: '6f1f3c0e-0f3c-4d8f-9d1c-5a7d3b1f2e4a',
};
const columns = [
  'at',
  'subject',
  'qualification',
  'from_status',
  'to_status',
  'actor_kind',
  'actor',
  'reason',
  'note',
  'changes',
  'correlation_id',
  'previous_hash',
] as const satisfies readonly (keyof HistoryTable)[];
const nullable = ['qualification', 'from_status', 'to_status', 'reason', 'note', 'changes'] as const;
const places = [
  ['first', 1],
  ['second', 2],
  ['last but one', LENGTH - 1],
  ['last', LENGTH],
] as const;

describe.each(databases)('on $name, the audit of the history', ({ create }) => {
  let bench: Bench;
  let db: Kysely<Tables>;
  let closeDb: () => Promise<void>;
  let customer: string;

  beforeAll(async () => {
    bench = await startBench(create);
    const config = parseDatabase(bench.database.address, undefined);
    const opened =
      config.kind === 'postgres'
        ? openPostgres(config.url, () => {})
        : openSqlite(config.kind === 'sqlite' ? config.file : undefined);
    db = opened.db;
    closeDb = opened.close;
  });
  afterAll(async () => {
    await closeDb();
    await bench.close();
  });
  beforeEach(async () => {
    customer = await bench.addCustomer();
    await append(customer, LENGTH);
  });
  async function append(customerId: string | undefined, count: number, partnerId = partner): Promise<void> {
    const step = customerId === undefined ? { entry } : { customerId, entry };
    await bench.store.transaction(async (transaction) => {
      if (customerId !== undefined) await transaction.lockCustomers(partner, [customerId]);
      await transaction.history.append(partnerId, Array(count).fill(step));
    });
  }
  const verify = () => bench.store.reads.history.verify();
  const brokenAt = (sequence: number, problem: string, customerId = customer) => [
    { partnerId: partner, customerId, sequence, problem },
  ];
  /** Of this test's customer. */
  const broken = async () => (await verify()).broken.filter(({ customerId }) => customerId === customer);
  const chain = (sequence?: number) => {
    const key = { partner_id: partner, customer_id: customer };
    return sequence === undefined ? key : { ...key, sequence };
  };
  const alter = (sequence: number, change: Partial<HistoryTable>) =>
    db
      .updateTable('history')
      .set(change)
      .where((eb) => eb.and(chain(sequence)))
      .execute();
  const remove = (...sequences: number[]) =>
    db
      .deleteFrom('history')
      .where((eb) => eb.and(chain()))
      .where('sequence', 'in', sequences)
      .execute();
  const read = (sequence: number) =>
    db
      .selectFrom('history')
      .selectAll()
      .where((eb) => eb.and(chain(sequence)))
      .executeTakeFirstOrThrow();
  const setHead = (head: { history_sequence?: number; history_hash?: string }) =>
    db
      .updateTable('customer')
      .set(head)
      .where((eb) => eb.and({ partner_id: partner, id: customer }))
      .execute();

  it('finds every chain whole that the service wrote', async () => {
    const before = await verify();
    await bench.sandbox.request(customer, { qualification: 'StateOwnedEntity' });
    await bench.sandbox.request(await bench.addCustomer(), { qualification: 'Education', educationSegment: 'K12' });
    expect(await verify()).toEqual({ ...before, chains: before.chains + 1, entries: before.entries + 2 });
    expect(await broken()).toEqual([]);
  });

  it('walks chains that are longer than what it reads at a time', async () => {
    await append(customer, 1_200);
    await append(undefined, 700);
    expect(await broken()).toEqual([]);
    await alter(1_100, { reason: 'Another' });
    expect(await broken()).toEqual(brokenAt(1_100, 'altered'));
  });

  for (const [place, sequence] of places) {
    it.each(columns)(`names the ${place} entry when its %s was altered`, async (column) => {
      await alter(sequence, { [column]: 'altered' });
      expect(await broken()).toEqual(brokenAt(sequence, 'altered'));
    });

    it.each(nullable)(`names the ${place} entry when its %s was emptied`, async (column) => {
      await alter(sequence, { [column]: null });
      expect(await broken()).toEqual(brokenAt(sequence, 'altered'));
    });

    it(`names the ${place} entry when it is missing`, async () => {
      await remove(sequence);
      expect(await broken()).toEqual(brokenAt(sequence, 'missing'));
    });

    it(`names the ${place} entry when it was moved to another chain`, async () => {
      const other = await bench.addCustomer();
      await alter(sequence, { customer_id: other, sequence: 1, previous_hash: '' });
      expect((await verify()).broken).toEqual(
        expect.arrayContaining([...brokenAt(sequence, 'missing'), ...brokenAt(1, 'outside', other)]),
      );
    });
  }

  it('names the first of all entries when none is left', async () => {
    await remove(1, 2, 3, 4, 5, 6);
    expect(await broken()).toEqual(brokenAt(1, 'missing'));
  });

  it('names the first of the last entries that are missing', async () => {
    await remove(5, 6);
    expect(await broken()).toEqual(brokenAt(5, 'missing'));
  });

  it.each([1, 3, 5])('names entry %i when it was swapped with the next', async (sequence) => {
    await alter(sequence, { sequence: 99 });
    await alter(sequence + 1, { sequence });
    await alter(99, { sequence: sequence + 1 });
    expect(await broken()).toEqual(brokenAt(sequence, 'altered'));
  });

  it.each([
    ['that begins with a right hash', true],
    ['that begins with no hash', false],
  ])('names an entry %s and was put between others', async (_, isLinked) => {
    const third = await read(3);
    for (const sequence of [6, 5, 4, 3]) await alter(sequence, { sequence: sequence + 1 });
    const forged = { ...third, reason: 'Forged', previous_hash: isLinked ? third.previous_hash : '' };
    await db.insertInto('history').values(forged).execute();
    await setHead({ history_sequence: LENGTH + 1 });
    expect(await broken()).toEqual(brokenAt(3, 'altered'));
  });

  it.each([0, LENGTH + 1])('names an entry %i, which the chain does not have', async (sequence) => {
    await db
      .insertInto('history')
      .values({ ...(await read(LENGTH)), sequence })
      .execute();
    expect(await broken()).toEqual(brokenAt(sequence, 'outside'));
  });

  it('names the first entry beyond a head that was set back', async () => {
    await setHead({ history_sequence: 4, history_hash: (await read(5)).previous_hash });
    expect(await broken()).toEqual(brokenAt(5, 'outside'));
  });

  it('names the last entry when the hash of the head is another', async () => {
    await setHead({ history_hash: 'x' });
    expect(await broken()).toEqual(brokenAt(LENGTH, 'altered'));
  });

  it('names the first of several entries that were altered', async () => {
    await alter(2, { reason: 'One' });
    await alter(5, { reason: 'Two' });
    await remove(6);
    expect(await broken()).toEqual(brokenAt(2, 'altered'));
  });

  it('names each broken chain, those of partners included, and counts them all', async () => {
    const tenantId = randomUUID();
    await bench.store.transaction((transaction) =>
      transaction.putPartner({ tenantId, name: 'A partner', active: true }, entry.at),
    );
    await append(undefined, LENGTH, tenantId);
    const before = await verify();
    await alter(3, { actor: 'Somebody else' });
    await db.deleteFrom('history').where('partner_id', '=', tenantId).execute();
    expect(await verify()).toEqual({
      chains: before.chains,
      entries: before.entries - LENGTH,
      broken: expect.arrayContaining([
        ...before.broken,
        ...brokenAt(3, 'altered'),
        { partnerId: tenantId, sequence: 1, problem: 'missing' },
      ]),
    });
  });

  it('names the entries of a customer that is gone', async () => {
    await db
      .deleteFrom('customer')
      .where((eb) => eb.and({ partner_id: partner, id: customer }))
      .execute();
    expect(await broken()).toEqual(brokenAt(1, 'orphaned'));
  });

  it('names the entries of a partner that was never there', async () => {
    const stranger = randomUUID();
    const forged = { ...(await read(1)), partner_id: stranger, customer_id: '' };
    await db.insertInto('history').values(forged).execute();
    expect((await verify()).broken).toContainEqual({ partnerId: stranger, sequence: 1, problem: 'orphaned' });
  });

  it('holds while the service writes', async () => {
    const writing = Promise.all([append(customer, 600), append(undefined, 600)]);
    const findings = [await verify(), await verify(), await verify()];
    await writing;
    const found = findings.flatMap((each) => each.broken);
    expect(
      found.filter(({ partnerId, customerId = customer }) => partnerId === partner && customerId === customer),
    ).toEqual([]);
  });

  it("is to be had from the database itself, a sandbox's too, and leaves it as it is", async () => {
    const before = await bench.contents();
    const admin = await openAdmin({ database: bench.database.address, mustExist: true });
    await alter(1, { at: '2020-01-01T00:00:00.000Z' });
    const found = await admin.verifyHistory();
    await alter(1, { at: entry.at });
    await admin.close();
    expect(found.broken).toEqual(expect.arrayContaining(brokenAt(1, 'altered')));
    expect(await bench.contents()).toEqual(before);
    expect((await sql<{ value: string }>`select value from setting where name = 'kind'`.execute(db)).rows).toEqual([
      { value: 'sandbox' },
    ]);
  });
});
