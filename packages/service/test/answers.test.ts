import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { databases, type TestDatabase } from '@vetted/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseDatabase } from '../src/config.js';
import { publish } from '../src/domain/publish.js';
import type { Store } from '../src/domain/store.js';
import type { Vetting } from '../src/domain/vetting.js';
import { openStore } from '../src/store/open-store.js';

const at = '2026-03-02T09:00:00.000Z';
const seed = 20_201_203;

const vettingOf: fc.Arbitrary<Vetting> = fc.record({
  qualification: fc.constantFrom('Education', 'GovernmentCommunityCloud', 'StateOwnedEntity'),
  attempts: fc.integer({ min: 1, max: 3 }),
});
const reviewedOf: fc.Arbitrary<Vetting> = fc.record({
  qualification: fc.constantFrom('Education', 'GovernmentCommunityCloud'),
  attempts: fc.integer({ min: 1, max: 3 }),
  vettingStatus: fc.constantFrom('InReview', 'Approved', 'Denied'),
  vettingReason: fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
  vettingCreatedDate: fc.constantFrom(at, '2021-05-06T19:59:56.6832021+00:00'),
});

describe.each(databases)('the answers that are kept, on $name,', ({ create }) => {
  let database: TestDatabase;
  let store: Store;
  /** Another process's. */
  let other: Store;
  let partners: readonly string[];
  const customers = [randomUUID(), randomUUID()];

  beforeAll(async () => {
    database = await create();
    const open = () => openStore(parseDatabase(database.address, undefined), () => {});
    [store, other] = [await open(), await open()];
  });
  afterAll(async () => {
    await Promise.all([store.close(), other.close()]);
    await database.drop();
  });
  beforeEach(async () => {
    partners = [randomUUID(), randomUUID()];
    await store.transaction(async (transaction) => {
      for (const tenantId of partners) {
        await transaction.putPartner({ tenantId, name: 'A partner', active: true }, at);
        await transaction.putCustomers(tenantId, customers.map(customerNamed), at);
      }
    });
  });

  const save = (by: Store, partnerId: string, customerId: string, vetting: Vetting) =>
    by.transaction((transaction) => transaction.saveVetting(partnerId, customerId, vetting));
  const bodyOf = async (by: Store, partnerId: string, customerId: string) =>
    (await by.reads.answer(partnerId, customerId)).customer?.value.body;
  /** From the rows that the rules go by. */
  const expected = async (partnerId: string, customerId: string) => {
    const { customer } = await store.reads.vettings(partnerId, customerId);
    return JSON.stringify(customer?.value.map(publish));
  };

  it("are always what the qualifications say, each customer's and each partner's own", async () => {
    const write = fc.record({
      by: fc.constantFrom(0, 1),
      partner: fc.constantFrom(0, 1),
      customer: fc.constantFrom(0, 1),
      vetting: fc.oneof(vettingOf, reviewedOf),
    });
    const property = fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 8 }), async (writes) => {
      for (const { by, partner, customer, vetting } of writes) {
        await save([store, other][by] ?? store, partners[partner] ?? '', customers[customer] ?? '', vetting);
        // All at once, as many requests at a time read them.
        const pairs = partners.flatMap((partnerId) => customers.map((customerId) => [partnerId, customerId] as const));
        const read = await Promise.all(pairs.map(([partnerId, customerId]) => bodyOf(store, partnerId, customerId)));
        expect(read).toEqual(await Promise.all(pairs.map(([partnerId, id]) => expected(partnerId, id))));
      }
    });
    await fc.assert(property, { seed, numRuns: 25 });
  });

  it('are the new ones as soon as a write has ended, also in the turn that read the old ones', async () => {
    const [partnerId = '', customerId = ''] = [partners[0], customers[0]];
    const inReview = { qualification: 'Education', vettingStatus: 'InReview', attempts: 1 } as const;
    const writing = save(store, partnerId, customerId, inReview);
    // While the write is under way, reads go on, several in every turn.
    let isWritten = false;
    const written = writing.then(() => {
      isWritten = true;
      return bodyOf(store, partnerId, customerId);
    });
    while (!isWritten) {
      await Promise.all([bodyOf(store, partnerId, customerId), bodyOf(store, partnerId, customerId)]);
      await setImmediate();
    }
    expect(await written).toBe('[{"qualification":"Education","vettingStatus":"InReview"}]');
  });

  it('are those of the other process as soon as it has told of them', async () => {
    const [partnerId = '', customerId = ''] = [partners[0], customers[0]];
    for (const vettingStatus of ['InReview', 'Denied', 'Approved'] as const) {
      await bodyOf(store, partnerId, customerId);
      await save(other, partnerId, customerId, { qualification: 'Education', vettingStatus, attempts: 1 });
      // What it tells comes in by another turn of the event loop, as every request does.
      await setImmediate();
      expect(await bodyOf(store, partnerId, customerId)).toContain(vettingStatus);
    }
  });

  it('fail together where the database is away, and are there again afterwards', async () => {
    const closed = await openStore(parseDatabase(database.address, undefined), () => {});
    await closed.close();
    const reads = customers.map(async (id) => closed.reads.answer(partners[0] ?? '', id));
    for (const read of await Promise.allSettled(reads)) expect(read.status).toBe('rejected');
    expect(await bodyOf(store, partners[0] ?? '', customers[0] ?? '')).toBe('[]');
  });

  it('are many in one turn, each its own', async () => {
    const ids = Array.from({ length: 1_200 }, () => randomUUID());
    const [partnerId = ''] = partners;
    await store.transaction((transaction) => transaction.putCustomers(partnerId, ids.map(customerNamed), at));
    const marked = ids.filter((_, index) => index % 100 === 7);
    for (const id of marked) await save(store, partnerId, id, { qualification: 'StateOwnedEntity', attempts: 1 });
    const bodies = await Promise.all(ids.map((id) => bodyOf(store, partnerId, id)));
    expect(ids.filter((_, index) => bodies[index] !== '[]')).toEqual(marked);
    expect(
      await Promise.all([bodyOf(store, randomUUID(), ids[0] ?? ''), bodyOf(store, partnerId, randomUUID())]),
    ).toEqual([undefined, undefined]);
  });
});

function customerNamed(id: string) {
  return {
    id,
    companyName: `Company ${id}`,
    domain: `${id}.example.com`,
    relationshipToPartner: 'reseller',
    relationshipEnded: false,
  };
}
