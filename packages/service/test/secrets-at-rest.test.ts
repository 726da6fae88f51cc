import { randomUUID } from 'node:crypto';
import { databases, type TestDatabase } from '@vetted/testkit';
import { type Kysely, Migrator, sql } from 'kysely';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseDatabase } from '../src/config.js';
import type { Store } from '../src/domain/store.js';
import { EncryptionKey } from '../src/store/encryption-key.js';
import type { KeySource } from '../src/store/key-source.js';
import { initial } from '../src/store/migrations/0001-initial.js';
import { vetting } from '../src/store/migrations/0002-vetting.js';
import { portfolio } from '../src/store/migrations/0003-portfolio.js';
import { latestDeliveries } from '../src/store/migrations/0004-latest-deliveries.js';
import { openStore } from '../src/store/open-store.js';
import type { Tables } from '../src/store/tables.js';
import { databaseText } from './database-text.js';
import { onDatabase } from './raw-database.js';

const at = '2026-03-01T00:00:00.000Z';
const secret = 'whsec_Y2FuYXJ5LXdlYmhvb2stc2VjcmV0LWNhbmFyeQ==';
const code = { validationId: 'canary-code', organizationName: 'City', maxCreates: 5, remainingCreates: 5 };
const [older, newer] = [EncryptionKey.random(), EncryptionKey.random()];
const given = (...keys: EncryptionKey[]): KeySource => ({ kind: 'given', keys });

const codeNames = (length: number) => Array.from({ length }, (_, index) => `canary-${String(index).padStart(3, '0')}`);

describe.each(databases)('on $name', ({ create, name }) => {
  let database: TestDatabase;
  let partner: string;

  beforeEach(async () => {
    database = await create();
    onTestFinished(() => database.drop());
    partner = randomUUID();
  });

  async function opened(keys: KeySource | undefined): Promise<Store> {
    const store = await openStore(parseDatabase(database.address, undefined), () => {}, keys);
    onTestFinished(() => store.close());
    return store;
  }

  const registration = () => ({
    partnerId: partner,
    id: randomUUID(),
    url: 'https://receiver.example/',
    events: ['test-created'],
    signatureInMsSignatureHeader: false,
    secret,
  });

  async function fill(store: Store, codes = [code.validationId]): Promise<void> {
    await store.transaction(async (transaction) => {
      await transaction.putPartner({ tenantId: partner, name: 'A partner', active: true }, at);
      for (const validationId of codes) await transaction.putValidationCode(partner, { ...code, validationId });
      await transaction.webhooks.save(registration(), at);
      await transaction.claimRequest(partner, 'request', 'canary-print');
      await transaction.recordAnswer(partner, 'request', { fingerprint: 'canary-print', status: 201, body: '{}' }, at);
    });
  }

  async function expectReadable(store: Store, codes = [code.validationId]): Promise<void> {
    const { codes: found } = await store.reads.validationCodes(partner);
    expect(found.map(({ validationId }) => validationId)).toEqual(codes);
    const locked = await store.transaction((transaction) => transaction.lockValidationCode(partner, code.validationId));
    expect(locked).toMatchObject(code);
    expect((await store.reads.webhooks.registration(partner)).registration?.secret).toBe(secret);
    const claim = (print: string) =>
      store.transaction((transaction) => transaction.claimRequest(partner, 'request', print));
    expect(await claim('canary-print')).toMatchObject({ isSameRequest: true });
    expect(await claim('another')).toMatchObject({ isSameRequest: false });
  }

  it('codes, webhook secrets and fingerprints come back, and none lies there as it is', async () => {
    const store = await opened(given(older));
    await fill(store);
    await expectReadable(store);
    const text = await databaseText(database.address);
    for (const plain of [code.validationId, secret, 'canary-print', older.toText()]) expect(text).not.toContain(plain);
  });

  it('a code that is there is not added twice, and another partner may have one of the same text', async () => {
    const store = await opened(given(older));
    await fill(store);
    const add = (id: string) =>
      store.transaction((transaction) => transaction.provisioning.addValidationCode(id, code));
    expect(await add(partner)).toBe(false);
    const other = randomUUID();
    await store.transaction((transaction) =>
      transaction.putPartner({ tenantId: other, name: 'Another', active: true }, at),
    );
    expect(await add(other)).toBe(true);
  });

  it('a secret that was put in the place of another one does not open', async () => {
    const store = await opened(given(older));
    await fill(store);
    const mine = partner;
    partner = randomUUID();
    await fill(store);
    const theirs = partner;
    await onDatabase(database.address, async (db) => {
      const row = await db
        .selectFrom('webhook_registration')
        .select('secret')
        .where('partner_id', '=', mine)
        .executeTakeFirstOrThrow();
      await db.updateTable('webhook_registration').set(row).where('partner_id', '=', theirs).execute();
    });
    await expect(store.reads.webhooks.registration(theirs)).rejects.toThrow('was altered');
    expect((await store.reads.webhooks.registration(mine)).registration?.secret).toBe(secret);
  });

  it('another key does not open the database, and the refusal names both and shows neither', async () => {
    await fill(await opened(given(older)));
    const refusal = opened(given(newer));
    await expect(refusal).rejects.toThrow(`encrypted with the key ${older.id}, and given is ${newer.id}`);
    await expect(refusal).rejects.not.toThrow(older.toText());
  });

  it('without a key all but the secrets can be read', async () => {
    await fill(await opened(given(older)));
    const store = await opened(undefined);
    expect(await store.reads.partner(partner)).toMatchObject({ name: 'A partner' });
    await expect(store.reads.validationCodes(partner)).rejects.toThrow('none is given');
  });

  describe('rekey', () => {
    it('leaves nothing that needs the earlier key, while processes with both go on', async () => {
      const running = await opened(given(older));
      await fill(running);
      const before = await sealed();
      const restarted = await opened(given(newer, older));
      await expectReadable(restarted);
      const admin = await opened(given(newer, older));
      expect(await admin.rekey()).toBe(2);
      for (const store of [restarted, admin, await opened(given(newer))]) await expectReadable(store);
      await expect(opened(given(older))).rejects.toThrow(`encrypted with the key ${newer.id}`);
      const after = await sealed();
      expect(before.filter((text) => after.includes(text))).toEqual([]);
    });

    const sealed = () =>
      onDatabase(database.address, async (db) => [
        ...(await db.selectFrom('validation_code').select(['code', 'lookup']).execute()).flatMap(Object.values),
        ...(await db.selectFrom('webhook_registration').select('secret').execute()).flatMap(Object.values),
      ]);

    it('lets codes be added and used meanwhile, each of them once', async () => {
      const codes = codeNames(120);
      const store = await opened(given(older));
      await fill(store, codes);
      const admin = await opened(given(older));
      const use = async (validationId: string) => {
        await store.transaction(async (transaction) => {
          expect(await transaction.provisioning.addValidationCode(partner, { ...code, validationId })).toBe(false);
          expect(await transaction.lockValidationCode(partner, validationId)).toMatchObject({ validationId });
          await transaction.useValidationCode(partner, validationId);
        });
      };
      const useSome = async (from: number) => {
        for (const validationId of codes.slice(from, from + 30)) await use(validationId);
      };
      await Promise.all([admin.rekey(), ...[0, 30, 60, 90].map(useSome)]);
      const { codes: found } = await store.reads.validationCodes(partner);
      expect(found).toEqual(codes.map((validationId) => ({ ...code, validationId, remainingCreates: 4 })));
    });

    it('goes on where it was interrupted', async () => {
      const codes = codeNames(250);
      await fill(await opened(given(older)), codes);
      const removeObstacle = await refuseUpdate(150);
      const refused = await openStore(parseDatabase(database.address, undefined), () => {}, given(newer, older));
      await expect(refused.rekey()).rejects.toThrow('an obstacle');
      // It ends its turn's transaction first, for which the obstacle's removal would wait in the same thread.
      await refused.close();
      await removeObstacle();
      const between = await opened(given(newer));
      await expectAll(between, codes);
      const keysBetween = await keysKept();
      expect(await between.rekey()).toBe(151);
      await expectAll(between, codes);
      expect(await keysKept()).toEqual(keysBetween);
      await expect(opened(given(older))).rejects.toThrow('encrypted with the key');
    });

    async function expectAll(store: Store, codes: readonly string[]): Promise<void> {
      const { codes: found } = await store.reads.validationCodes(partner);
      expect(found.map(({ validationId }) => validationId)).toEqual(codes);
    }

    /** Makes the database refuse to change one code, as many rows from the first in their order. Gives what undoes it. */
    function refuseUpdate(index: number): Promise<() => Promise<void>> {
      return onDatabase(database.address, async (db) => {
        const { id } = await db
          .selectFrom('validation_code')
          .select('id')
          .orderBy('id')
          .offset(index)
          .limit(1)
          .executeTakeFirstOrThrow();
        const run = (statements: readonly string[]) => async (on: Kysely<Tables>) => {
          for (const statement of statements) await sql.raw(statement).execute(on);
        };
        await run(obstacle[name as keyof typeof obstacle](id))(db);
        const drop = name === 'SQLite' ? 'drop trigger obstacle' : 'drop trigger obstacle on validation_code';
        return () => onDatabase(database.address, run([drop]));
      });
    }

    async function keysKept(): Promise<unknown[]> {
      const { value } = await onDatabase(database.address, (db) =>
        db.selectFrom('setting').select('value').where('name', '=', 'encryption.keys').executeTakeFirstOrThrow(),
      );
      return JSON.parse(value).map(({ id }: { id: unknown }) => id);
    }
  });
});

const obstacle = {
  SQLite: (id: string) => [
    `create trigger obstacle before update on validation_code when old.id = '${id}'
     begin select raise(abort, 'an obstacle'); end`,
  ],
  PostgreSQL: (id: string) => [
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'an obstacle'; end $$`,
    `create trigger obstacle before update on validation_code for each row when (old.id = '${id}')
     execute function refuse()`,
  ],
};

describe.each(databases)('a database of the schema before, on $name,', ({ create }) => {
  const [partner, customer, another] = [randomUUID(), randomUUID(), randomUUID()];
  const gone = 'canary-code-that-is-gone';

  /** Writes what a service of that schema would have written. */
  async function filled(): Promise<string> {
    const database = await create();
    onTestFinished(() => database.drop());
    await onDatabase(database.address, async (db) => {
      const dialect = database.address.startsWith('sqlite') ? 'sqlite' : 'postgres';
      const migrations = {
        '0001-initial': initial(dialect),
        '0002-vetting': vetting(dialect),
        '0003-portfolio': portfolio(dialect),
        '0004-latest-deliveries': latestDeliveries(),
      };
      const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
      expect((await migrator.migrateToLatest()).error).toBeUndefined();
      await sql`insert into partner (tenant_id, name, created_at) values (${partner}, 'A partner', ${at})`.execute(db);
      for (const id of [customer, another]) {
        await sql`
          insert into customer (partner_id, id, company_name, name_key, domain, domain_key, relationship_to_partner, created_at)
          values (${partner}, ${id}, 'C', 'c', 'c.example', 'c.example', 'reseller', ${at})`.execute(db);
      }
      await sql`
        insert into validation_code (partner_id, validation_id, organization_name, max_creates, remaining_creates)
        values (${partner}, ${code.validationId}, 'City', 5, 5)`.execute(db);
      for (const [id, used] of [
        [customer, code.validationId],
        [another, gone],
      ]) {
        await sql`
          insert into qualification (partner_id, customer_id, qualification, vetting_status, attempts, validation_id)
          values (${partner}, ${id}, 'GovernmentCommunityCloud', 'Approved', 1, ${used})`.execute(db);
      }
      await sql`
        insert into webhook_registration (partner_id, id, url, events, secret, ms_signature, created_at, updated_at)
        values (${partner}, ${randomUUID()}, 'https://receiver.example/', '[]', ${secret}, 0, ${at}, ${at})`.execute(
        db,
      );
      const answers = Array.from(
        { length: 600 },
        (_, index) => sql`(${partner}, ${`request-${index}`}, ${`canary-print-${index}`}, 201, '{}', ${at})`,
      );
      await sql`
        insert into recorded_answer (partner_id, request_id, fingerprint, status, body, created_at)
        values ${sql.join(answers)}`.execute(db);
    });
    return database.address;
  }

  it('has its secrets encrypted at the first start with a key', async () => {
    const address = await filled();
    const store = await openStore(parseDatabase(address, undefined), () => {}, given(older));
    onTestFinished(() => store.close());
    const used = await store.transaction(async (transaction) => {
      expect(await transaction.claimRequest(partner, 'request-0', 'canary-print-0')).toMatchObject({
        isSameRequest: true,
      });
      expect(await transaction.claimRequest(partner, 'request-599', 'canary-print-599')).toMatchObject({
        isSameRequest: true,
      });
      return transaction.lockValidationCode(partner, code.validationId);
    });
    expect(used).toMatchObject(code);
    expect((await store.reads.webhooks.registration(partner)).registration?.secret).toBe(secret);
    const [vettings, others] = [await vettingsOf(store, customer), await vettingsOf(store, another)];
    expect(vettings).toMatchObject([{ validationCodeId: used?.id }]);
    expect(others?.[0]).not.toHaveProperty('validationCodeId');
  });

  const vettingsOf = async (store: Store, id: string) => (await store.reads.vettings(partner, id)).customer?.value;

  it('has nothing of them left', async () => {
    const address = await filled();
    const secrets = [code.validationId, gone, secret, 'canary-print'];
    const before = await databaseText(address);
    for (const text of secrets) expect(before).toContain(text);
    const store = await openStore(parseDatabase(address, undefined), () => {}, given(older));
    onTestFinished(() => store.close());
    const after = await databaseText(address);
    for (const text of secrets) expect(after).not.toContain(text);
  });
});
