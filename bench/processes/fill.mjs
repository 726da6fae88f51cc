// Fills a database: tables and partner through the service's own store, customers and qualifications in bulk, which the
// store, made for one request at a time, does not do.
import Database from 'better-sqlite3';
import pg from 'pg';
import { foldName } from '../../packages/service/dist/domain/fold-name.js';
import { customerRow } from '../../packages/service/dist/store/customer-row.js';
import { openStore } from '../../packages/service/dist/store/open-store.js';
import { answerOf } from '../../packages/service/dist/store/published.js';
import { startOf } from '../../packages/service/dist/store/search.js';
import { serveParent } from '../child.mjs';
import { customerIds, customerOf, partner, storedAt, vettingsOf } from '../fixture.mjs';

/** @typedef {Record<string, unknown>} Row */
/** @typedef {(table: string, rows: readonly Row[]) => unknown} Insert */

/**
 * @typedef {object} Filling
 * @property {Parameters<typeof openStore>[0]} database
 * @property {number} customers
 * @property {boolean} qualified whether the customers have qualifications
 */

const ROWS_A_STATEMENT = 10_000;

serveParent({
  async fill(/** @type {Filling} */ filling) {
    const { database } = filling;
    const store = await openStore(database, () => {});
    await store.transaction(async (transaction) => {
      await transaction.setting('kind', 'service');
      await transaction.putPartner(partner, storedAt);
    });
    await store.close();
    if (database.kind === 'sqlite') await fillSqlite(database.file, filling);
    if (database.kind === 'postgres') await fillPostgres(database.url, filling);
  },
});

/** @param {Filling} filling @param {Insert} insert */
async function insertAll({ customers, qualified }, insert) {
  const ids = customerIds(customers);
  for (let from = 0; from < customers; from += ROWS_A_STATEMENT) {
    const some = ids.slice(from, from + ROWS_A_STATEMENT).map((id, at) => ({
      customer: customerOf(id, from + at),
      vettings: qualified ? vettingsOf(from + at) : [],
    }));
    await insert(
      'customer',
      some.map(({ customer, vettings }) => customerRowOf(customer, vettings)),
    );
    const rows = some.flatMap(({ customer, vettings }) => vettings.map((vetting) => rowOf(customer, vetting)));
    if (rows.length > 0) await insert('qualification', rows);
  }
}

/**
 * As the store's own transactions leave it.
 * @param {import('../fixture.mjs').CustomerRow} customer
 * @param {readonly import('../fixture.mjs').Vetting[]} vettings
 */
function customerRowOf(customer, vettings) {
  const { body, etag } = vettings.length === 0 ? { body: null, etag: null } : answerOf(vettings);
  return {
    ...customerRow(partner.tenantId, customer, storedAt),
    history_sequence: 0,
    history_hash: '',
    published: body,
    published_etag: etag,
  };
}

/**
 * As the store's own transaction writes it.
 * @param {import('../fixture.mjs').CustomerRow} customer
 * @param {import('../fixture.mjs').Vetting} vetting
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

/** @param {string} file @param {Filling} filling */
async function fillSqlite(file, filling) {
  const database = new Database(file);
  database.exec('begin');
  await insertAll(filling, (table, rows) => {
    const columns = Object.keys(rows[0] ?? {});
    const values = columns.map((column) => `@${column}`);
    const statement = database.prepare(`insert into ${table} (${columns}) values (${values})`);
    for (const row of rows) statement.run(row);
  });
  database.exec('commit');
  database.close();
}

/** @param {string} url @param {Filling} filling */
async function fillPostgres(url, filling) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await insertAll(filling, (table, rows) =>
    client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows),
    ]),
  );
  // What autovacuum does within minutes of a bulk load, done before anything is measured.
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  await client.end();
}
