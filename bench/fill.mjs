// Fills a database: partner and customers through the service's own store, qualifications in bulk, which the store,
// made for one request at a time, does not do.
import Database from 'better-sqlite3';
import pg from 'pg';
import { foldName } from '../packages/service/dist/domain/fold-name.js';
import { openStore } from '../packages/service/dist/store/open-store.js';
import { answerOf } from '../packages/service/dist/store/published.js';
import { startOf } from '../packages/service/dist/store/search.js';
import { serveParent } from './child.mjs';
import { customerIds, customerOf, partner, storedAt, vettingsOf } from './fixture.mjs';

/** @typedef {Parameters<typeof openStore>[0]} DatabaseConfig */
/** @typedef {ReturnType<typeof rowOf>} Row */
/** @typedef {{ id: string, body: string, etag: string }} Answer */

const ROWS_A_STATEMENT = 10_000;

serveParent({
  async fill(/** @type {{ database: DatabaseConfig, customers: number }} */ { database, customers }) {
    const ids = customerIds(customers);
    const store = await openStore(database, () => {});
    await store.transaction(async (transaction) => {
      await transaction.setting('kind', 'service');
      await transaction.putPartner(partner, storedAt);
      await transaction.putCustomers(partner.tenantId, ids.map(customerOf), storedAt);
    });
    await store.close();
    const rows = ids.flatMap((id, index) => vettingsOf(index).map((vetting) => rowOf(customerOf(id, index), vetting)));
    const answers = ids.map((id, index) => ({ id, ...answerOf(vettingsOf(index)) }));
    if (database.kind === 'sqlite') insertIntoSqlite(database.file, rows, answers);
    if (database.kind === 'postgres') await insertIntoPostgres(database.url, rows, answers);
  },
});

/**
 * As the store's own transaction writes it.
 * @param {import('./fixture.mjs').CustomerRow} customer
 * @param {import('./fixture.mjs').Vetting} vetting
 */
function rowOf(customer, { qualification, vettingStatus, vettingReason, vettingCreatedDate, attempts }) {
  return {
    partner_id: partner.tenantId,
    customer_id: customer.id,
    qualification,
    vetting_status: vettingStatus ?? null,
    vetting_reason: vettingReason ?? null,
    vetting_created_date: vettingCreatedDate ?? null,
    attempts,
    name_key: foldName(customer.companyName),
    domain_start: startOf(foldName(customer.domain)),
    relationship_ended: 0,
  };
}

/** @param {string} file @param {readonly Row[]} rows @param {readonly Answer[]} answers */
function insertIntoSqlite(file, rows, answers) {
  const columns = Object.keys(rows[0] ?? {});
  const database = new Database(file);
  const statement = database.prepare(
    `insert into qualification (${columns}) values (${columns.map((column) => `@${column}`)})`,
  );
  database.transaction(() => {
    for (const row of rows) statement.run(row);
    const update = database.prepare(
      'update customer set published = @body, published_etag = @etag where id = @id and partner_id = ?',
    );
    for (const answer of answers) update.run(partner.tenantId, answer);
  })();
  database.close();
}

/** @param {string} url @param {readonly Row[]} rows @param {readonly Answer[]} answers */
async function insertIntoPostgres(url, rows, answers) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    await client.query('insert into qualification select * from json_populate_recordset(null::qualification, $1)', [
      JSON.stringify(rows.slice(from, from + ROWS_A_STATEMENT)),
    ]);
  }
  for (let from = 0; from < answers.length; from += ROWS_A_STATEMENT) {
    await client.query(
      `update customer as c set published = a.body, published_etag = a.etag
       from json_to_recordset($2::json) as a (id text, body text, etag text)
       where c.partner_id = $1 and c.id = a.id`,
      [partner.tenantId, JSON.stringify(answers.slice(from, from + ROWS_A_STATEMENT))],
    );
  }
  // What autovacuum does within minutes of a bulk load, done before anything is measured.
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  await client.end();
}
