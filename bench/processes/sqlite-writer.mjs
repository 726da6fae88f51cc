// The bare transaction: what one request for a qualification leaves in the tables, written by better-sqlite3 alone with
// prepared statements. What it writes is read from a database in which the service has answered a request.
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { serveParent, usage } from '../child.mjs';
import { partner } from '../fixture.mjs';

/** Where a request adds a row. */
export const addedTo = ['recorded_answer', 'qualification', 'review', 'history', 'event'];

/** @typedef {Record<string, unknown>} Row */

/** @type {Database.Database | undefined} */
let database;
/** @type {((customer: string) => void) | undefined} */
let write;

serveParent(
  {
    /** @param {{ file: string, answered: string, customer: string }} input answered: a database that knows the customer */
    open({ file, answered, customer }) {
      database = new Database(file);
      // As the service opens it.
      for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) database.pragma(pragma);
      write = writer(database, templatesIn(answered, customer));
    },
    /** @param {{ customers: readonly string[] }} input @returns {import('../report.mjs').Sample} */
    run({ customers }) {
      const cpu = usage().cpu;
      const start = performance.now();
      for (const customer of customers) write?.(customer);
      return { done: customers.length, seconds: (performance.now() - start) / 1000, cpu: usage().cpu - cpu };
    },
    /** How many rows a database has in each of the tables. */
    rows(/** @type {{ file: string }} */ { file }) {
      const counted = new Database(file, { readonly: true });
      const counts = addedTo.map((table) => [table, counted.prepare(`select count(*) from ${table}`).pluck().get()]);
      counted.close();
      return Object.fromEntries(counts);
    },
    usage,
  },
  () => database?.close(),
);

/**
 * A row of each table as the service wrote it, and the customer's own.
 * @param {string} file
 * @param {string} customer
 */
function templatesIn(file, customer) {
  const answered = new Database(file, { readonly: true });
  const rows = addedTo.map((table) => {
    const where = table === 'recorded_answer' ? '? is not null' : 'customer_id = ?';
    return /** @type {Row} */ (answered.prepare(`select * from ${table} where ${where}`).get(customer));
  });
  const { history_hash: hash } = /** @type {Row} */ (
    answered.prepare('select history_hash from customer where id = ?').get(customer)
  );
  answered.close();
  return { rows, hash };
}

/**
 * @param {Database.Database} database
 * @param {ReturnType<typeof templatesIn>} templates
 * @returns {(customer: string) => void}
 */
function writer(database, { rows, hash }) {
  const inserts = rows.map((row, at) => {
    const columns = Object.keys(row);
    const values = columns.map((column) => `@${column}`);
    return { row, statement: database.prepare(`insert into ${addedTo[at]} (${columns}) values (${values})`) };
  });
  const chain = database.prepare(
    'update customer set history_sequence = 1, history_hash = ? where partner_id = ? and id = ?',
  );
  const count = database
    .prepare('update partner set event_sequence = event_sequence + 1 where tenant_id = ? returning event_sequence')
    .pluck();
  return database.transaction((customer) => {
    const sequence = count.get(partner.tenantId);
    const own = { customer_id: customer, id: randomUUID(), request_id: randomUUID() };
    for (const [at, { row, statement }] of inserts.entries()) {
      statement.run({ ...row, ...own, ...(addedTo[at] === 'event' ? { sequence } : {}) });
    }
    chain.run(hash, partner.tenantId, customer);
  }).immediate;
}
