// Calls a server as a program does that uses a library: with @vetted/client and its default options, or with the global
// fetch or axios and the same headers. One process does one of them, so that none pays for another's garbage.
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { PartnerCenterClient } from '@vetted/client';
import axios from 'axios';
import { serveParent, usage } from '../child.mjs';
import { customerIds, factsOf, pathOf, randomNumbers, vettingsOf } from '../fixture.mjs';

/**
 * @typedef {object} Load
 * @property {'client' | 'fetch' | 'axios'} way
 * @property {string} url
 * @property {string} token
 * @property {number} customers
 * @property {number} inFlight
 * @property {number} seconds
 * @property {number} seed which customers are asked for
 */

/** @typedef {(customerId: string) => Promise<readonly { qualification: string }[]>} Call */

/** One answer of so many is compared with the expected one. */
const CHECKED_EVERY = 64;

/** @type {readonly string[]} */
let ids = [];
/** @type {Call | undefined} */
let call;

serveParent({
  async run(/** @type {Load} */ load) {
    if (ids.length !== load.customers) ids = customerIds(load.customers);
    call ??= ways[load.way](load);
    return run(load, call);
  },
});

/**
 * @param {Load} load
 * @returns {Call}
 */
function byClient({ url, token }) {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const client = new PartnerCenterClient(credential, { baseUrl: url });
  return (customerId) => client.customers.byId(customerId).qualification.getQualifications();
}

/** @param {string} token what the client sends as well */
const headersWith = (token) => ({
  Authorization: `Bearer ${token}`,
  Accept: 'application/json',
  'MS-RequestId': randomUUID(),
  'MS-CorrelationId': randomUUID(),
});

/**
 * @param {Load} load
 * @returns {Call}
 */
function byFetch({ url, token }) {
  return async (customerId) => {
    const response = await fetch(url + pathOf(customerId), { headers: headersWith(token) });
    if (response.status !== 200) throw new Error(`${response.url} answered ${response.status}.`);
    return /** @type {{ qualification: string }[]} */ (await response.json());
  };
}

/**
 * As a program makes it that makes one and keeps it. Axios refuses any status but those of success, and parses JSON.
 * @param {Load} load
 * @returns {Call}
 */
function byAxios({ url, token }) {
  const client = axios.create({ baseURL: url, httpAgent: new Agent({ keepAlive: true }), timeout: 100_000 });
  return async (customerId) => (await client.get(pathOf(customerId), { headers: headersWith(token) })).data;
}

const ways = { client: byClient, fetch: byFetch, axios: byAxios };

/**
 * @param {Load} load
 * @param {Call} send
 * @returns {Promise<import('../report.mjs').Sample>}
 */
async function run({ inFlight, seconds, seed }, send) {
  const next = randomNumbers(seed);
  let done = 0;
  const cpu = usage().cpu;
  const start = performance.now();
  const end = start + seconds * 1000;
  const work = async () => {
    while (performance.now() < end) {
      const index = Math.floor(next() * ids.length);
      const qualifications = await send(ids[index] ?? '');
      if (done % CHECKED_EVERY === 0) checkAnswer(qualifications, index);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return { done, seconds: (performance.now() - start) / 1000, cpu: usage().cpu - cpu };
}

/**
 * @param {readonly { qualification: string }[]} qualifications
 * @param {number} index
 */
function checkAnswer(qualifications, index) {
  const found = factsOf(qualifications);
  const expected = factsOf(vettingsOf(index));
  if (found !== expected) throw new Error(`Wrong qualifications: ${found} where ${expected} were expected.`);
}
