// The bare loop: the service's own hot query, prepared, through pg, on as many connections as the service reads with, one
// query after another on each. No pool, no HTTP, no token.
import pg from 'pg';
import { READ_POOL_SIZE } from '../../packages/service/dist/store/postgres.js';
import { answerSql } from '../../packages/service/dist/store/sqlite-reader.js';
import { serveParent, usage } from '../child.mjs';
import { bodyOf, customerIds, partner, randomNumbers } from '../fixture.mjs';

/** One customer's answer by its key, the customer's id first; on PostgreSQL parameters have numbers. */
const text = answerSql.replace('?', '$1').replace('?', '$2');

/** @type {pg.Client[]} */
let clients = [];
/** @type {readonly string[]} */
let ids = [];

serveParent(
  {
    async open(/** @type {{ url: string, customers: number }} */ { url, customers }) {
      ids = customerIds(customers);
      clients = Array.from({ length: READ_POOL_SIZE }, () => new pg.Client({ connectionString: url }));
      await Promise.all(clients.map((client) => client.connect()));
    },
    run,
    usage,
  },
  () => Promise.all(clients.map((client) => client.end())),
);

/**
 * @param {{ seconds: number, seed: number }} load
 * @returns {Promise<import('../report.mjs').Sample>}
 */
async function run({ seconds, seed }) {
  const next = randomNumbers(seed);
  let done = 0;
  const cpu = usage().cpu;
  const start = performance.now();
  const end = start + seconds * 1000;
  const work = async (/** @type {pg.Client} */ client) => {
    while (performance.now() < end) {
      const index = Math.floor(next() * ids.length);
      const values = [ids[index], partner.tenantId];
      const { rows } = await client.query({ name: 'answer', text, values, rowMode: 'array' });
      if (rows[0]?.[1] !== bodyOf(index)) throw new Error(`${rows[0]?.[1]} came where ${bodyOf(index)} was expected.`);
      done += 1;
    }
  };
  await Promise.all(clients.map(work));
  return { done, seconds: (performance.now() - start) / 1000, cpu: usage().cpu - cpu };
}
