import { randomUUID } from 'node:crypto';
import { databases, type TestDatabase } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseDatabase } from '../src/config.js';
import type { CustomerRow, RecordedAnswer, Store, StoreTransaction } from '../src/domain/store.js';
import { openStore } from '../src/store/open-store.js';
import { openBackdoor, published } from './bench.js';

const at = '2026-03-02T09:00:00.000Z';
const past = { status: 201, body: '{"a":"ü\\n"}', isSameRequest: true };
const answer: RecordedAnswer = { fingerprint: 'print', status: 201, body: '{"a":"ü\\n"}' };

const inMemory = {
  name: 'SQLite in memory',
  create: async (): Promise<TestDatabase> => ({ address: 'sqlite::memory:', drop: async () => {} }),
};

describe.each([inMemory, ...databases])('the store on $name', ({ create }) => {
  let database: TestDatabase;
  let store: Store;
  let partner: string;
  let customer: string;

  beforeAll(async () => {
    database = await create();
    store = await openStore(parseDatabase(database.address, undefined), () => {}, { kind: 'database' });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });
  beforeEach(async () => {
    [partner, customer] = [randomUUID(), randomUUID()];
    await store.transaction(async (transaction) => {
      await transaction.putPartner({ tenantId: partner, name: 'A partner', active: true }, at);
      await transaction.putCustomers(partner, [row(customer)], at);
    });
  });

  const within = <T>(work: (transaction: StoreTransaction) => Promise<T>) => store.transaction(work);
  const vettings = async () => (await published(store, partner, customer)).customer?.value;
  /** With what the wire does not show. */
  const wholeVettings = async () =>
    within(async (transaction) => (await transaction.lockQualifications(partner, customer)).customer?.value);

  /** A transaction that waits to be told to go on, and another that is under way before it is told. */
  async function overlap<T>(
    first: (transaction: StoreTransaction) => Promise<void>,
    second: (transaction: StoreTransaction) => Promise<T>,
    end: 'commits' | 'rolls back' = 'commits',
  ): Promise<{ order: string[]; second: T }> {
    const order: string[] = [];
    const started = signal();
    const goOn = signal();
    const one = within(async (transaction) => {
      await first(transaction);
      started.send();
      await goOn.sent;
      order.push('first');
      if (end === 'rolls back') throw new Error('rolled back');
    }).catch((error: Error) => {
      if (error.message !== 'rolled back') throw error;
    });
    await started.sent;
    const two = within(async (transaction) => {
      const result = await second(transaction);
      order.push('second');
      return result;
    });
    // Chances for the second one to overtake, if it could. In memory there is one connection, which is taken.
    if (database.address !== 'sqlite::memory:') {
      for (let chance = 0; chance < 20; chance += 1) await store.ping();
    }
    goOn.send();
    await one;
    return { order, second: await two };
  }

  describe('a transaction', () => {
    it('gives what its work gives', async () => {
      expect(await within(async () => 'done')).toBe('done');
    });

    it('undoes everything where its work throws, and throws that on', async () => {
      const failure = new Error('no');
      const other = randomUUID();
      const work = within(async (transaction) => {
        await transaction.putPartner({ tenantId: other, name: 'Another', active: true }, at);
        await transaction.saveVetting(partner, customer, { qualification: 'StateOwnedEntity', attempts: 1 });
        await transaction.claimRequest(partner, other, answer.fingerprint);
        await transaction.setting(`undone-${other}`, 'x');
        throw failure;
      });
      await expect(work).rejects.toBe(failure);

      expect(await vettings()).toEqual([]);
      await within(async (transaction) => {
        expect(await transaction.findPartner(other)).toBeUndefined();
        expect(await transaction.claimRequest(partner, other, answer.fingerprint)).toBe('claimed');
        expect(await transaction.setting(`undone-${other}`, 'y')).toBe('y');
      });
    });

    it('undoes everything where the database refuses a part', async () => {
      const work = within(async (transaction) => {
        await transaction.saveVetting(partner, customer, { qualification: 'StateOwnedEntity', attempts: 1 });
        await transaction.saveVetting(partner, randomUUID(), { qualification: 'StateOwnedEntity', attempts: 1 });
      });
      await expect(work).rejects.toThrow();
      expect(await vettings()).toEqual([]);
    });

    it('leaves the store in order for the next one', async () => {
      await expect(within(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(await within(async (transaction) => (await transaction.findPartner(partner))?.name)).toBe('A partner');
    });
  });

  describe('claimRequest', () => {
    it('takes an id once, and finds the answer after that', async () => {
      const id = randomUUID();
      await within(async (transaction) => {
        expect(await transaction.claimRequest(partner, id, answer.fingerprint)).toBe('claimed');
        await transaction.recordAnswer(partner, id, answer, at);
      });
      expect(await within((transaction) => transaction.claimRequest(partner, id, answer.fingerprint))).toEqual(past);
    });

    it('keeps the ids of partners apart', async () => {
      const id = randomUUID();
      await within((transaction) => transaction.claimRequest(partner, id, answer.fingerprint));
      expect(await within((transaction) => transaction.claimRequest(randomUUID(), id, answer.fingerprint))).toBe(
        'claimed',
      );
    });

    it('waits for another one with the same id, and finds its answer', async () => {
      const id = randomUUID();
      const { order, second } = await overlap(
        async (transaction) => {
          await transaction.claimRequest(partner, id, answer.fingerprint);
          await transaction.recordAnswer(partner, id, answer, at);
        },
        (transaction) => transaction.claimRequest(partner, id, answer.fingerprint),
      );
      expect([order, second]).toEqual([['first', 'second'], past]);
    });

    it('waits for another one with the same id, and takes it where that one was undone', async () => {
      const id = randomUUID();
      const { order, second } = await overlap(
        async (transaction) => {
          await transaction.claimRequest(partner, id, answer.fingerprint);
        },
        (transaction) => transaction.claimRequest(partner, id, answer.fingerprint),
        'rolls back',
      );
      expect([order, second]).toEqual([['first', 'second'], 'claimed']);
    });
  });

  describe('forgetAnswers', () => {
    it('forgets what was recorded before, and nothing else', async () => {
      const [old, young] = [randomUUID(), randomUUID()];
      await within(async (transaction) => {
        for (const [id, time] of [
          [old, '2025-01-01T00:00:00.000Z'],
          [young, '2025-01-01T00:00:00.001Z'],
        ] as const) {
          await transaction.claimRequest(partner, id, answer.fingerprint);
          await transaction.recordAnswer(partner, id, answer, time);
        }
      });
      await store.forgetAnswers('2025-01-01T00:00:00.001Z');
      await within(async (transaction) => {
        expect(await transaction.claimRequest(partner, old, answer.fingerprint)).toBe('claimed');
        expect(await transaction.claimRequest(partner, young, answer.fingerprint)).toEqual(past);
      });
    });
  });

  describe('qualifications', () => {
    it('come back as they were saved, dates and texts to the letter', async () => {
      const vetting = {
        qualification: 'Education',
        vettingStatus: 'Denied',
        vettingReason: 'Not an Education Customer – nach Prüfung 学校 🏫',
        vettingCreatedDate: '2021-05-06T19:59:56.6832021+00:00',
        attempts: 2,
        educationSegment: 'HigherEducation',
        website: "https://example.edu/?q='%22",
        validationCodeId: 'a-1',
      } as const;
      await within((transaction) => transaction.saveVetting(partner, customer, vetting));
      expect(await wholeVettings()).toEqual([vetting]);
    });

    it('are read without what the wire does not show', async () => {
      const published = {
        qualification: 'Education',
        vettingStatus: 'Denied',
        vettingReason: 'No',
        vettingCreatedDate: at,
      } as const;
      await within((transaction) =>
        transaction.saveVetting(partner, customer, {
          ...published,
          attempts: 2,
          educationSegment: 'K12',
          website: 'example.edu',
          validationCodeId: 'a-1',
        }),
      );
      expect(await vettings()).toEqual([published]);
    });

    it('lose what a later save no longer has', async () => {
      await within(async (transaction) => {
        await transaction.saveVetting(partner, customer, {
          qualification: 'Education',
          vettingStatus: 'Denied',
          vettingReason: 'No',
          website: 'example.edu',
          attempts: 1,
        });
        await transaction.saveVetting(partner, customer, { qualification: 'Education', attempts: 2 });
      });
      expect(await wholeVettings()).toEqual([{ qualification: 'Education', attempts: 2 }]);
    });

    it('come in the order of the wire, whatever the order of saving', async () => {
      for (const qualification of ['StateOwnedEntity', 'GovernmentCommunityCloud', 'Education'] as const) {
        await within((transaction) => transaction.saveVetting(partner, customer, { qualification, attempts: 1 }));
      }
      expect((await vettings())?.map(({ qualification }) => qualification)).toEqual([
        'Education',
        'GovernmentCommunityCloud',
        'StateOwnedEntity',
      ]);
    });

    it('tell an unknown partner, an unknown customer and an ended relationship apart', async () => {
      const ended = randomUUID();
      await within((transaction) =>
        transaction.putCustomers(partner, [{ ...row(ended), relationshipEnded: true }], at),
      );

      expect(await published(store, randomUUID(), customer)).toEqual({ partnerKnown: false });
      expect(await published(store, partner, randomUUID())).toEqual({ partnerKnown: true });
      expect(await published(store, partner, ended)).toEqual({
        partnerKnown: true,
        customer: { relationshipEnded: true, value: [] },
      });
    });

    it("are not another partner's, although it has a customer with the same id", async () => {
      const other = randomUUID();
      await within(async (transaction) => {
        await transaction.putPartner({ tenantId: other, name: 'Another', active: true }, at);
        await transaction.putCustomers(other, [row(customer)], at);
        await transaction.saveVetting(partner, customer, { qualification: 'StateOwnedEntity', attempts: 1 });
      });
      expect((await published(store, other, customer)).customer?.value).toEqual([]);
      expect(await vettings()).toHaveLength(1);
    });

    it('are seen in the transaction that saves them, and outside only once it has ended', async () => {
      const save = within(async (transaction) => {
        await transaction.saveVetting(partner, customer, { qualification: 'StateOwnedEntity', attempts: 1 });
        return (await transaction.lockQualifications(partner, customer)).customer?.value;
      });
      expect(await save).toHaveLength(1);
      expect(await vettings()).toHaveLength(1);
    });

    it('that are locked make another transaction wait, which then sees what was saved', async () => {
      const { order, second } = await overlap(
        async (transaction) => {
          await transaction.lockQualifications(partner, customer);
          await transaction.saveVetting(partner, customer, { qualification: 'StateOwnedEntity', attempts: 1 });
        },
        (transaction) => transaction.lockQualifications(partner, customer),
      );
      expect(order).toEqual(['first', 'second']);
      expect(second.customer?.value).toEqual([{ qualification: 'StateOwnedEntity', attempts: 1 }]);
    });
  });

  describe('validation codes', () => {
    const code = { validationId: '12345', organizationName: 'City', maxCreates: 2, remainingCreates: 2 };

    it('are used one create at a time, and never below none', async () => {
      await within((transaction) => transaction.putValidationCode(partner, code));
      const use = () => within((transaction) => transaction.useValidationCode(partner, code.validationId));
      await use();
      await use();
      await expect(use()).rejects.toThrow();
      expect((await store.reads.validationCodes(partner)).codes).toEqual([{ ...code, remainingCreates: 0 }]);
    });

    it('that are locked make another transaction wait, which then sees what is left', async () => {
      await within((transaction) => transaction.putValidationCode(partner, code));
      const { order, second } = await overlap(
        async (transaction) => {
          await transaction.lockValidationCode(partner, code.validationId);
          await transaction.useValidationCode(partner, code.validationId);
        },
        (transaction) => transaction.lockValidationCode(partner, code.validationId),
      );
      expect([order, second]).toEqual([['first', 'second'], { ...code, id: expect.any(String), remainingCreates: 1 }]);
    });

    it("are not another partner's", async () => {
      await within((transaction) => transaction.putValidationCode(partner, code));
      expect(await within((transaction) => transaction.lockValidationCode(randomUUID(), '12345'))).toBeUndefined();
    });

    it('tell an unknown partner from one without any', async () => {
      expect(await store.reads.validationCodes(partner)).toEqual({ partnerKnown: true, codes: [] });
      expect(await store.reads.validationCodes(randomUUID())).toEqual({ partnerKnown: false, codes: [] });
    });
  });

  describe('partners and customers', () => {
    it('a partner is renamed by a second put', async () => {
      await within((transaction) => transaction.putPartner({ tenantId: partner, name: 'Renamed', active: true }, at));
      expect(await within((transaction) => transaction.findPartner(partner))).toEqual({
        tenantId: partner,
        name: 'Renamed',
        active: true,
      });
    });

    it('a customer changes by a second put, and keeps its qualifications', async () => {
      await within((transaction) =>
        transaction.saveVetting(partner, customer, { qualification: 'StateOwnedEntity', attempts: 1 }),
      );
      const changed = { ...row(customer), companyName: 'Changed', country: 'DE', email: 'a@example.com' };
      await within((transaction) => transaction.putCustomers(partner, [changed], at));

      expect((await store.reads.customer(partner, customer)).customer?.value).toEqual(changed);
      expect(await vettings()).toHaveLength(1);
    });

    it('more customers than one statement takes are put all the same', async () => {
      const many = Array.from({ length: 1201 }, () => row(randomUUID()));
      await within((transaction) => transaction.putCustomers(partner, many, at));
      const { totalCount } = await store.reads.customers(partner, { size: 1 });
      expect(totalCount).toBe(1202);
    });

    it('a customer of a partner that is not there is refused', async () => {
      await expect(
        within((transaction) => transaction.putCustomers(randomUUID(), [row(randomUUID())], at)),
      ).rejects.toThrow();
    });

    it('no customers are put without complaint', async () => {
      await within((transaction) => transaction.putCustomers(partner, [], at));
      expect((await store.reads.customers(partner, { size: 10 })).totalCount).toBe(1);
    });

    it('a listing tells an unknown partner from one without customers', async () => {
      const other = randomUUID();
      await within((transaction) => transaction.putPartner({ tenantId: other, name: 'Another', active: true }, at));
      expect(await store.reads.customers(other, { size: 10 })).toEqual({
        partnerKnown: true,
        totalCount: 0,
        items: [],
      });
      expect(await store.reads.customers(randomUUID(), { size: 10 })).toMatchObject({ partnerKnown: false });
    });
  });

  describe('a setting', () => {
    it('stands as it was first set', async () => {
      const name = randomUUID();
      expect(await within((transaction) => transaction.setting(name, 'first'))).toBe('first');
      expect(await within((transaction) => transaction.setting(name, 'second'))).toBe('first');
    });

    it('that is set by two at once is the same for both', async () => {
      const name = randomUUID();
      const values = await Promise.all(
        ['a', 'b', 'c', 'd'].map((value) => within((transaction) => transaction.setting(name, value))),
      );
      expect(new Set(values).size).toBe(1);
    });
  });

  it('answers a ping', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
  });
});

describe.each(databases)('the history on $name', ({ create }) => {
  it('counts the steps of each customer from 1, those written at once included', async () => {
    const database = await create();
    const { store, contents, close } = await openBackdoor(database.address);
    const [partner, one, other] = [randomUUID(), randomUUID(), randomUUID()];
    const step = (customer: string, correlationId: string) =>
      store.transaction(async (transaction) => {
        await transaction.lockQualifications(partner, customer);
        const entry = {
          at,
          subject: 'qualification',
          qualification: 'Education',
          to: 'InReview',
          by: 'partner',
          actor: 'a',
          correlationId,
        } as const;
        await transaction.history.append(partner, [{ customerId: customer, entry }]);
      });
    await store.transaction(async (transaction) => {
      await transaction.putPartner({ tenantId: partner, name: 'A partner', active: true }, at);
      await transaction.putCustomers(partner, [row(one), row(other)], at);
    });
    await Promise.all([step(one, '1'), step(other, '2'), step(one, '3'), step(one, '4'), step(other, '5')]);
    const { history = [] } = await contents();
    await close();
    await database.drop();

    const sequences = (id: string) =>
      (history as { customer_id: string; sequence: number }[])
        .filter(({ customer_id }) => customer_id === id)
        .map(({ sequence }) => sequence);
    expect([sequences(one), sequences(other)]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
  });
});

describe.each(databases)('a database on $name that is opened again', ({ create }) => {
  it('has what was written, and is not migrated a second time', async () => {
    const database = await create();
    const address = parseDatabase(database.address, undefined);
    const first = await openStore(address, () => {});
    await first.transaction((transaction) => transaction.setting('name', 'value'));
    await first.close();
    const second = await openStore(address, () => {});
    const value = await second.transaction((transaction) => transaction.setting('name', 'other'));
    await second.close();
    await database.drop();
    expect(value).toBe('value');
  });
});

function row(id: string): CustomerRow {
  return {
    id,
    companyName: `Company ${id}`,
    domain: `${id}.example.com`,
    relationshipToPartner: 'reseller',
    relationshipEnded: false,
  };
}

function signal() {
  let send = () => {};
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  return { sent, send: () => send() };
}
