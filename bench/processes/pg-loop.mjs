// The bare loop: the service's own hot query, prepared, through pg, on as many connections as the service reads with, one
// query after another on each. No pool, no HTTP, no token.
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { READ_POOL_SIZE } from '../../packages/service/dist/store/postgres.js';
import { publishedQuery } from '../../packages/service/dist/store/queries.js';
import { serveParent, usage } from '../child.mjs';
import { customerIds, partner, randomNumbers, vettingsOf } from '../fixture.mjs';

/** @type {pg.Client[]} */
let clients = [];
/** @type {readonly string[]} */
let ids = [];

const { sql: text, parameters } = publishedQuery(
  new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool() }) }),
  'partner',
  'customer',
).compile();

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
      const values = parameters.map((name) => (name === 'partner' ? partner.tenantId : ids[index]));
      const { rows } = await client.query({ name: 'published', text, values, rowMode: 'array' });
      if (rows.length !== vettingsOf(index).length) throw new Error(`${rows.length} rows came of customer ${index}.`);
      done += 1;
    }
  };
  await Promise.all(clients.map(work));
  return { done, seconds: (performance.now() - start) / 1000, cpu: usage().cpu - cpu };
}
