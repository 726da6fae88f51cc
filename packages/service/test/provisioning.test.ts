import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { databases, type TestDatabase, testEncryption } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Admin, type ImportLine, openAdmin, ProvisioningError, type ProvisioningProblem } from '../src/index.js';
import { type Backdoor, openBackdoor, published } from './bench.js';

async function* lines(...records: readonly unknown[]): AsyncGenerator<ImportLine> {
  for (const [index, record] of records.entries()) yield { line: index + 1, record };
}

const record = (changes: object = {}) => ({
  id: randomUUID(),
  companyName: 'Litware Institute',
  domain: 'litware.example.edu',
  ...changes,
});

interface Step {
  readonly partner_id: string;
  readonly customer_id: string;
  readonly subject: string;
  readonly actor_kind: string;
  readonly actor: string;
  readonly changes: string;
}

describe.each(databases)('openAdmin on $name', ({ create }) => {
  let database: TestDatabase;
  let admin: Admin;
  let backdoor: Backdoor;
  let partner: string;

  beforeAll(async () => {
    database = await create();
    admin = await openAdmin({
      ...testEncryption,
      database: database.address,
      clock: () => new Date('2026-03-02T09:00:00.000Z'),
    });
    backdoor = await openBackdoor(database.address);
  });
  afterAll(async () => {
    await backdoor.close();
    await admin.close();
    await database.drop();
  });
  beforeEach(async () => {
    partner = randomUUID();
    await admin.addPartner({ tenantId: partner, name: 'Contoso' });
  });

  const customers = async (of = partner) => (await backdoor.store.reads.customers(of, { size: 500 })).items;

  /** The problems with a command that must change nothing. */
  async function problemsOf(command: () => Promise<unknown>): Promise<readonly ProvisioningProblem[]> {
    const before = await backdoor.contents();
    const error: unknown = await command().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProvisioningError);
    expect(await backdoor.contents()).toEqual(before);
    return error instanceof ProvisioningError ? error.problems : [];
  }

  describe('addPartner', () => {
    it('adds a partner, its id in lower case', async () => {
      const tenantId = randomUUID();
      await admin.addPartner({ tenantId: tenantId.toUpperCase(), name: 'Proseware' });
      const { partners = [] } = await backdoor.contents();
      expect(partners).toContainEqual(
        expect.objectContaining({
          tenant_id: tenantId,
          name: 'Proseware',
          active: 1,
          created_at: '2026-03-02T09:00:00.000Z',
        }),
      );
    });

    it('renames a partner that is there, and leaves its customers', async () => {
      await admin.importCustomers(partner, lines(record()));
      await admin.addPartner({ tenantId: partner, name: 'Contoso Group' });
      const { partners = [] } = await backdoor.contents();
      expect(partners).toContainEqual(expect.objectContaining({ tenant_id: partner, name: 'Contoso Group' }));
      expect(await customers()).toHaveLength(1);
    });

    it('renames a partner that is not active, which stays so', async () => {
      await admin.addPartner({ tenantId: partner, name: 'Contoso', active: false });
      await admin.addPartner({ tenantId: partner, name: 'Contoso Group' });
      expect(await backdoor.store.reads.partner(partner)).toEqual({
        tenantId: partner,
        name: 'Contoso Group',
        active: false,
      });
    });

    it.each<[string, object, string]>([
      ['a tenant id that is no GUID', { tenantId: 'contoso' }, 'tenantId'],
      ['an empty name', { name: '' }, 'name'],
      ['a name of white space', { name: ' \u00a0' }, 'name'],
      ['a name with a control character', { name: 'a\u0000b' }, 'name'],
      ['a name with half a surrogate pair', { name: 'a\ud800' }, 'name'],
      ['a name of 257 characters', { name: 'a'.repeat(257) }, 'name'],
      ['an unknown member', { country: 'DE' }, 'country'],
      ['no name', { name: undefined }, 'name'],
    ])('refuses %s and names it', async (_, changes, member) => {
      const problems = await problemsOf(() => admin.addPartner({ tenantId: randomUUID(), name: 'A', ...changes }));
      expect([...new Set(problems.map((problem) => problem.member))]).toEqual([member]);
    });
  });

  describe('importCustomers', () => {
    it('imports every line and tells how many', async () => {
      const records = [
        record({ companyName: 'A' }),
        record({ companyName: 'B', country: 'DE', email: 'b@example.com' }),
      ];
      expect(await admin.importCustomers(partner, lines(...records))).toEqual({ imported: 2 });
      expect(await customers()).toEqual(
        records.map((one) => ({ ...one, relationshipToPartner: 'reseller', relationshipEnded: false })),
      );
    });

    it('takes the ids whatever their letter case', async () => {
      const id = randomUUID();
      await admin.importCustomers(partner.toUpperCase(), lines(record({ id: id.toUpperCase() })));
      expect((await customers()).map((customer) => customer.id)).toEqual([id]);
    });

    it('refuses an import without a customer', async () => {
      const problems = await problemsOf(() => admin.importCustomers(partner, lines()));
      expect(problems).toEqual([{ reason: expect.stringContaining('no customer') }]);
    });

    it('changes customers that are there, forgets what they no longer have, and keeps their qualifications', async () => {
      const id = randomUUID();
      await admin.importCustomers(partner, lines(record({ id, country: 'DE', email: 'a@example.com' })));
      await backdoor.store.transaction((transaction) =>
        transaction.saveVetting(partner, id, { qualification: 'StateOwnedEntity', attempts: 1 }),
      );
      await admin.importCustomers(partner, lines(record({ id, companyName: 'Litware University' })));

      expect(await customers()).toEqual([
        {
          id,
          companyName: 'Litware University',
          domain: 'litware.example.edu',
          relationshipToPartner: 'reseller',
          relationshipEnded: false,
        },
      ]);
      const read = await published(backdoor.store, partner, id);
      expect(read).toMatchObject({ customer: { value: [{ qualification: 'StateOwnedEntity' }] } });
    });

    it('brings back a customer whose relationship had ended, where it says so', async () => {
      const id = await backdoor.addCustomer({ relationshipEnded: true }, partner);
      expect(await customers()).toEqual([]);
      await admin.importCustomers(partner, lines(record({ id, relationshipEnded: false })));
      expect(await customers()).toHaveLength(1);
    });

    it.each([true, false])('keeps what is known of the relationship, %s, where it says nothing', async (ended) => {
      const id = randomUUID();
      await admin.importCustomers(partner, lines(record({ id, relationshipEnded: ended })));
      await admin.importCustomers(partner, lines(record({ id, companyName: 'Renamed' })));
      const { customer } = await backdoor.store.reads.customer(partner, id);
      expect(customer?.value).toMatchObject({ companyName: 'Renamed', relationshipEnded: ended });
    });

    it('ends the relationship with a customer and with no other', async () => {
      const [ended, other] = [randomUUID(), randomUUID()];
      await admin.importCustomers(partner, lines(record({ id: ended }), record({ id: other })));
      await admin.importCustomers(
        partner,
        lines(record({ id: ended, relationshipEnded: true }), record({ id: other })),
      );
      expect((await customers()).map(({ id }) => id)).toEqual([other]);
    });

    it.each(['true', 1, null])('refuses the end of a relationship that is %j', async (relationshipEnded) => {
      const problems = await problemsOf(() => admin.importCustomers(partner, lines(record({ relationshipEnded }))));
      expect(problems).toEqual([{ line: 1, member: 'relationshipEnded', reason: expect.any(String) }]);
    });

    it('imports all or nothing: one wrong line keeps the others out', async () => {
      const problems = await problemsOf(() =>
        admin.importCustomers(partner, lines(record(), record({ id: 'x' }), record())),
      );
      expect(problems).toEqual([{ line: 2, member: 'id', reason: expect.any(String) }]);
    });

    it('tells every problem of every line, by line and member', async () => {
      const problems = await problemsOf(() =>
        admin.importCustomers(
          partner,
          lines(
            record({ companyName: '' }),
            record(),
            { id: randomUUID() },
            record({ country: 'Germany', color: 'blue' }),
            'no record',
          ),
        ),
      );
      expect([...new Set(problems.map(({ line, member }) => `${line} ${member}`))]).toEqual([
        '1 companyName',
        '3 companyName',
        '3 domain',
        '4 color',
        '4 country',
        '5 undefined',
      ]);
    });

    it.each([1, 7, 8, 30])('refuses a line with %i unknown members', async (count) => {
      const unknown = Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 1]));
      const problems = await problemsOf(() => admin.importCustomers(partner, lines(record(unknown))));
      expect(problems[0]).toEqual({ line: 1, member: expect.stringMatching(/^m\d+$/), reason: 'is unknown' });
    });

    it('writes its problems one a line, for a person', async () => {
      const work = admin.importCustomers(partner, lines(record({ id: 'x' }), { companyName: 'A', domain: 'a' }));
      await expect(work).rejects.toThrow(/^line 1: id .+\nline 2: id is required$/);
    });

    it('passes on what kept a line from being read', async () => {
      const unreadable = async function* (): AsyncGenerator<ImportLine> {
        yield { line: 1, record: record() };
        yield { line: 7, problem: 'is no JSON' };
      };
      expect(await problemsOf(() => admin.importCustomers(partner, unreadable()))).toEqual([
        { line: 7, reason: 'is no JSON' },
      ]);
    });

    it('refuses an id that stands on two lines, whatever its letter case', async () => {
      const id = randomUUID();
      const problems = await problemsOf(() =>
        admin.importCustomers(partner, lines(record({ id }), record(), record({ id: id.toUpperCase() }))),
      );
      expect(problems).toEqual([{ line: 3, member: 'id', reason: expect.stringContaining('line 1') }]);
    });

    it('refuses a partner that is not there, and says how to add it', async () => {
      const unknown = randomUUID();
      const [problem] = await problemsOf(() => admin.importCustomers(unknown, lines(record())));
      expect(problem?.reason).toContain(`There is no partner ${unknown}`);
      expect(problem?.reason).toContain('vetted admin partner add');
    });

    it('changes nothing where the lines end in an error', async () => {
      const before = await backdoor.contents();
      const broken = async function* (): AsyncGenerator<ImportLine> {
        yield { line: 1, record: record() };
        throw new Error('the disk is gone');
      };
      await expect(admin.importCustomers(partner, broken())).rejects.toThrow('the disk is gone');
      expect(await backdoor.contents()).toEqual(before);
    });

    it('imports a thousand customers', async () => {
      const records = Array.from({ length: 1000 }, () => record());
      expect(await admin.importCustomers(partner, lines(...records))).toEqual({ imported: 1000 });
      expect((await backdoor.store.reads.customers(partner, { size: 1 })).totalCount).toBe(1000);
    });

    it('keeps the customers of two partners apart, even of the same id', async () => {
      const [other, id] = [randomUUID(), randomUUID()];
      await admin.addPartner({ tenantId: other, name: 'Other' });
      await admin.importCustomers(partner, lines(record({ id, companyName: 'Mine' })));
      await admin.importCustomers(other, lines(record({ id, companyName: 'Yours' })));
      expect((await customers()).map(({ companyName }) => companyName)).toEqual(['Mine']);
      expect((await customers(other)).map(({ companyName }) => companyName)).toEqual(['Yours']);
    });
  });

  describe('the history', () => {
    const historyOf = async (customerId = '') =>
      ((await backdoor.contents()).history as Step[]).filter(
        (step) => step.partner_id === partner && step.customer_id === customerId,
      );
    const actor = `cli/${userInfo().username}`;

    it('says what was set and by whom, in the chain of the partner or of the customer', async () => {
      const customer = record();
      await admin.importCustomers(partner, lines(customer));
      await admin.addValidationCode(partner, { organizationName: 'City', validationId: 'A-12345', maxCreates: 5 });
      const steps = [...(await historyOf()), ...(await historyOf(customer.id))];
      expect(steps.map(({ subject, actor_kind, actor: by }) => [subject, actor_kind, by])).toEqual([
        ['partner', 'operator', actor],
        ['validationCode', 'operator', actor],
        ['customer', 'operator', actor],
      ]);
      const { id: _, ...members } = customer;
      expect(steps.map(({ changes }) => JSON.parse(changes))).toEqual([
        { name: 'Contoso', active: true },
        { organizationName: 'City', maxCreates: 5, remainingCreates: 5, validationId: '…45' },
        { ...members, relationshipToPartner: 'reseller', relationshipEnded: false },
      ]);
    });

    it('of an import that refuses a line, or that changes nothing, has nothing new', async () => {
      const customer = record();
      await admin.importCustomers(partner, lines(customer));
      await admin.importCustomers(partner, lines(customer));
      await problemsOf(() =>
        admin.importCustomers(partner, lines({ ...customer, country: 'DE' }, record({ id: 'x' }))),
      );
      expect(await historyOf(customer.id)).toHaveLength(1);
    });
  });

  describe('addValidationCode', () => {
    const code = { organizationName: 'City of Relecloud', validationId: '12345', maxCreates: 5 };
    const codes = async () => (await backdoor.store.reads.validationCodes(partner)).codes;

    it('adds a code with all its creates left', async () => {
      await admin.addValidationCode(partner, code);
      expect(await codes()).toEqual([{ ...code, remainingCreates: 5 }]);
    });

    it('adds a code with some of its creates left', async () => {
      await admin.addValidationCode(partner, { ...code, remainingCreates: 0 });
      expect(await codes()).toEqual([{ ...code, remainingCreates: 0 }]);
    });

    it('changes a code that is there', async () => {
      await admin.addValidationCode(partner, code);
      await admin.addValidationCode(partner, { ...code, organizationName: 'City', maxCreates: 9, remainingCreates: 7 });
      expect(await codes()).toEqual([
        { validationId: '12345', organizationName: 'City', maxCreates: 9, remainingCreates: 7 },
      ]);
    });

    it('keeps what was used of a code where it is not told what is left', async () => {
      await admin.addValidationCode(partner, { ...code, remainingCreates: 2 });
      await admin.addValidationCode(partner, { ...code, organizationName: 'City' });
      expect(await codes()).toEqual([{ ...code, organizationName: 'City', remainingCreates: 2 }]);
      await admin.addValidationCode(partner, { ...code, maxCreates: 9 });
      expect(await codes()).toEqual([{ ...code, maxCreates: 9, remainingCreates: 6 }]);
      await admin.addValidationCode(partner, { ...code, maxCreates: 3 });
      expect(await codes()).toEqual([{ ...code, maxCreates: 3, remainingCreates: 0 }]);
    });

    it('refuses fewer creates than were used', async () => {
      await admin.addValidationCode(partner, { ...code, remainingCreates: 2 });
      const problems = await problemsOf(() => admin.addValidationCode(partner, { ...code, maxCreates: 2 }));
      expect(problems).toEqual([{ member: 'maxCreates', reason: expect.stringContaining('3') }]);
    });

    it.each<[string, object, string]>([
      ['more creates left than there are', { remainingCreates: 6 }, 'remainingCreates'],
      ['creates left below none', { remainingCreates: -1 }, 'remainingCreates'],
      ['no creates', { maxCreates: 0 }, 'maxCreates'],
      ['half a create', { maxCreates: 1.5 }, 'maxCreates'],
      ['creates in words', { maxCreates: '5' }, 'maxCreates'],
      ['too many creates', { maxCreates: 1_000_001 }, 'maxCreates'],
      ['a code with a space', { validationId: '1 2' }, 'validationId'],
      ['an empty code', { validationId: '' }, 'validationId'],
      ['no organization', { organizationName: undefined }, 'organizationName'],
      ['an unknown member', { eTag: 'x' }, 'eTag'],
    ])('refuses %s and names it', async (_, changes, member) => {
      const problems = await problemsOf(() => admin.addValidationCode(partner, { ...code, ...changes }));
      expect([...new Set(problems.map((problem) => problem.member))]).toEqual([member]);
    });

    it('refuses a partner that is not there', async () => {
      const unknown = randomUUID();
      const [problem] = await problemsOf(() => admin.addValidationCode(unknown, code));
      expect(problem?.reason).toContain(unknown);
    });
  });
});
