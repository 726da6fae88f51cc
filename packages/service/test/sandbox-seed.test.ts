import { describe, expect, it, onTestFinished } from 'vitest';
import type { HistoryEntry } from '../src/domain/history.js';
import type { Store } from '../src/domain/store.js';
import { sampleData } from '../src/sandbox/sample-data.js';
import { openSandbox } from '../src/sandbox/sandbox.js';
import { openStore } from '../src/store/open-store.js';
import { fakeClock, partner } from './sandbox-support.js';

const proseware = '2c2e1b1a-6f3d-4a53-8d5e-0e6f7a8b9c10';

async function openEmpty() {
  const store = await openStore({ kind: 'memory' }, () => {}, { kind: 'database' });
  onTestFinished(() => store.close());
  const clock = fakeClock();
  return { store, clock, sandbox: await openSandbox({ home: undefined, clock }) };
}

describe('the first start', () => {
  it('loads both partners with their customers, each for itself', async () => {
    const { store, sandbox } = await openEmpty();
    await sandbox.seed(store);
    const { items } = await store.reads.customers(partner, { size: 100 });
    expect(items.map(({ id, companyName, domain, country }) => ({ id, companyName, domain, country }))).toStrictEqual(
      [...sampleData.partner.customers]
        .map(({ id, companyName, domain, country }) => ({ id, companyName, domain, country }))
        .sort((one, other) => one.companyName.localeCompare(other.companyName, 'en')),
    );
    expect(items).toHaveLength(8);
    const others = await store.reads.customers(proseware, { size: 100 });
    expect(others.items.map(({ companyName }) => companyName)).toStrictEqual(["Margie's Travel"]);
  });

  it('loads the qualifications, dates to the letter', async () => {
    const { store, sandbox } = await openEmpty();
    await sandbox.seed(store);
    const qualifications = async (customerId: string, partnerId = partner) =>
      (await store.transaction((transaction) => transaction.lockQualifications(partnerId, customerId))).customer?.value;
    expect(await qualifications('5f9251b3-a280-416f-80c3-6e7281a0af06')).toStrictEqual([
      {
        qualification: 'GovernmentCommunityCloud',
        vettingStatus: 'Approved',
        vettingCreatedDate: '2021-05-06T19:59:56.6832021+00:00',
        attempts: 1,
      },
      { qualification: 'StateOwnedEntity', attempts: 1 },
    ]);
    expect(await qualifications('2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03')).toStrictEqual([
      {
        qualification: 'Education',
        vettingStatus: 'Denied',
        vettingReason: 'Not an Education Customer',
        vettingCreatedDate: '2020-12-03T10:37:38.885Z',
        attempts: 1,
      },
    ]);
    expect(await qualifications('60a362c4-b391-4270-91d4-7f8392b1c007')).toStrictEqual([]);
    expect(await qualifications('82c584e6-d5b3-4492-93f6-91a514d3e209', proseware)).toMatchObject([
      { qualification: 'Education', vettingStatus: 'Approved' },
    ]);
  });

  it('loads the validation codes with what is left of them', async () => {
    const { store, sandbox } = await openEmpty();
    await sandbox.seed(store);
    const { codes } = await store.reads.validationCodes(partner);
    expect(codes).toHaveLength(2);
    expect(codes).toEqual(expect.arrayContaining([...sampleData.partner.validationCodes]));
  });

  it('writes one step of history for each sample vetting', async () => {
    const { store, sandbox } = await openEmpty();
    await sandbox.seed(store);
    const history = await historyOf(store);
    expect(history).toHaveLength(9);
    expect(history).toContainEqual([
      '2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03',
      {
        at: '2026-03-01T12:00:00.000Z',
        subject: 'qualification',
        qualification: 'Education',
        to: 'Denied',
        by: 'policy',
        actor: 'sandbox',
        reason: 'Not an Education Customer',
        correlationId: expect.stringMatching(/^[\da-f-]{36}$/),
      },
    ]);
  });
});

describe('a later start', () => {
  it('leaves everything as it stands', async () => {
    const { store, clock, sandbox } = await openEmpty();
    await sandbox.seed(store);
    const customerId = '60a362c4-b391-4270-91d4-7f8392b1c007';
    const changed = { qualification: 'StateOwnedEntity', attempts: 1 } as const;
    await store.transaction(async (transaction) => {
      await transaction.saveVetting(partner, customerId, changed);
      await transaction.putPartner({ tenantId: partner, name: 'Renamed', active: true }, '2026-03-02T00:00:00.000Z');
    });
    clock.advance(86_400);
    await (await openSandbox({ home: undefined, clock })).seed(store);
    const read = await store.transaction((transaction) => transaction.lockQualifications(partner, customerId));
    expect(read.customer?.value).toStrictEqual([changed]);
    expect((await store.transaction((transaction) => transaction.findPartner(partner)))?.name).toBe('Renamed');
  });

  it('at the same instant loads nothing twice', async () => {
    const { store, sandbox } = await openEmpty();
    await Promise.all([sandbox.seed(store), sandbox.seed(store)]);
    expect((await store.reads.customers(partner, { size: 100 })).totalCount).toBe(8);
  });
});

describe('a database of a service that is no sandbox', () => {
  it('is refused with what to do, and left untouched', async () => {
    const { store, sandbox } = await openEmpty();
    await store.transaction((transaction) => transaction.setting('kind', 'service'));
    await expect(sandbox.seed(store)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^database: .* another database, or start without sandbox mode\.$/),
    });
    expect((await store.reads.customers(partner, { size: 100 })).partnerKnown).toBe(false);
  });
});

/** Every step of the sample partners' customers. */
async function historyOf(store: Store): Promise<[string, HistoryEntry][]> {
  const steps: [string, HistoryEntry][] = [];
  for (const { tenantId, customers } of [sampleData.partner, sampleData.otherPartner]) {
    for (const { id } of customers) {
      const { customer } = await store.reads.history.ofCustomer(tenantId, id);
      for (const entry of customer?.value ?? []) steps.push([id, entry]);
    }
  }
  return steps;
}
