import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newEncryptionKey, openAdmin } from '@vetted/service';
import { databases, until } from '@vetted/testkit';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { onDatabase } from '../../service/test/raw-database.js';
import { bin } from './desk-support.js';
import { start, temporaryFolder, vetted } from './support.js';

const partner = '7d1c3a52-90b4-4b0e-8f6a-3c2d1e0f9a88';
const CODES = 250;
/** In the second batch of a hundred. */
const OBSTACLE_AT = 150;

/** Registers codes under an older key, and has a key file with a newer one above it. */
async function fill(database: string) {
  const keyFile = join(await temporaryFolder(), 'vetted.key');
  const [older, newer] = [newEncryptionKey(), newEncryptionKey()];
  const admin = await openAdmin({ database, encryptionKeys: [older] });
  await admin.addPartner({ tenantId: partner, name: 'Northwind Traders', active: true });
  for (let index = 0; index < CODES; index += 1) {
    const code = { validationId: `code-${index}`, organizationName: 'City', maxCreates: 5 };
    await admin.addValidationCode(partner, code);
  }
  await admin.close();
  await writeFile(keyFile, `${newer}\n${older}\n`, { mode: 0o600 });
  return { newer, args: ['admin', 'rekey', '--database', database, '--encryption-key-file', keyFile] };
}

const idAt = (database: string, index: number) =>
  onDatabase(database, async (db) => {
    const ids = db.selectFrom('validation_code').select('id').orderBy('id').offset(index).limit(1);
    return (await ids.executeTakeFirstOrThrow()).id;
  });

/** How many codes are sealed by each of the database's keys. */
const sealedByKey = (database: string) =>
  onDatabase(database, async (db) => {
    const marks = new Map<string, number>();
    for (const { code } of await db.selectFrom('validation_code').select('code').execute()) {
      const mark = String(code).split('.').slice(0, 2).join('.');
      marks.set(mark, (marks.get(mark) ?? 0) + 1);
    }
    return [...marks.values()].sort((one, other) => one - other);
  });

/** Lets whoever changes this code come no further. Gives what undoes it once that one is dead. */
const stopAt = {
  async SQLite(database: string, id: string) {
    const run = (statement: string) => onDatabase(database, (db) => sql.raw(statement).execute(db));
    await run(`create trigger obstacle before update on validation_code when old.id = '${id}'
      begin select count(*) from (with recursive f(n) as (select 1 union all select n + 1 from f) select n from f); end`);
    return async () => void (await run('drop trigger obstacle'));
  },
  async PostgreSQL(database: string, id: string) {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await client.query('begin');
    await client.query('select 1 from validation_code where id = $1 for update', [id]);
    return () => client.end();
  },
};

describe.each(databases)('vetted admin rekey on $name', ({ create, name }) => {
  it('that is killed in the middle goes on when it is started again', async () => {
    const { address, drop } = await create();
    onTestFinished(drop);
    const { newer, args } = await fill(address);
    const removeObstacle = await stopAt[name as keyof typeof stopAt](address, await idAt(address, OBSTACLE_AT));
    const rekey = start(bin, args);
    await until('a batch is sealed', async () => (await sealedByKey(address)).length === 2);
    rekey.child.kill('SIGKILL');
    expect((await rekey.ended).exitCode).toBe(null);
    await removeObstacle();
    expect(await sealedByKey(address)).toEqual([100, CODES - 100]);

    expect(await vetted(args)).toEqual({
      exitCode: 0,
      stdout: `Encrypted anew: ${CODES - 100}. Only the first key is needed from now on.\n`,
      stderr: '',
    });
    expect(await sealedByKey(address)).toEqual([CODES]);
    const admin = await openAdmin({ database: address, encryptionKeys: [newer] });
    onTestFinished(() => admin.close());
    for (const validationId of ['code-0', `code-${CODES - 1}`]) {
      const code = { validationId, organizationName: 'City', maxCreates: 7 };
      await admin.addValidationCode(partner, code);
    }
    expect(await sealedByKey(address)).toEqual([CODES]);
  });
});
