// The thousandth page of customers against the first: the time of one request.
import { openConnection, requestText } from '../connection.mjs';
import { ratioOf } from '../findings.mjs';
import { timeTable } from '../report.mjs';
import { inTurn } from '../rounds.mjs';

const AIM = 1.2;
const PAGE = 1_000;
const MAX_SIZE = 100;

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measurePaging(parts) {
  const { rounds, seconds, customers } = parts.settings;
  // The thousandth page is to be one in the middle: the last one has no link to a next.
  const size = Math.min(MAX_SIZE, Math.floor(customers / (2 * PAGE)));
  if (size === 0) throw new Error(`${customers} customers have no ${PAGE} pages.`);
  const { issuer, token } = await parts.startIssuer();
  const { child, port } = await parts.startService('SQLite', {
    issuers: [issuer],
    database: await parts.startSqlite(),
  });
  const first = { path: `/v1/customers?size=${size}`, token };
  const continuation = await continuationBefore(PAGE, port, first);
  const prober = parts.start('prober');
  const pages = [
    { name: 'page 1', request: first },
    { name: `page ${PAGE}`, request: following(first, continuation) },
  ];
  const measured = await inTurn(rounds, pages, ({ request }) =>
    prober.ask('run', { port, seconds, requests: [request] }),
  );
  await Promise.all([prober.stop(), child.stop()]);
  console.log(`GET /v1/customers?size=${size} of ${customers.toLocaleString('en-US')}:\n${timeTable(measured)}\n`);
  const [near = [], far = []] = measured.map((one) => one.rounds.map(({ time }) => time));
  return {
    measured,
    findings: [ratioOf(`Page ${PAGE} of customers to page 1, time`, far, near, { side: 'at most', aim: AIM })],
  };
}

/**
 * @param {import('../connection.mjs').Request} first
 * @param {string} continuation
 */
function following({ token }, continuation) {
  return { path: '/v1/customers?seekOperation=Next', token, headers: { 'MS-ContinuationToken': continuation } };
}

/**
 * Walks once; what is measured then begins at the page itself.
 * @param {number} page
 * @param {number} port
 * @param {import('../connection.mjs').Request} first
 * @returns {Promise<string>} the token that leads to the page
 */
async function continuationBefore(page, port, first) {
  const connection = await openConnection(port);
  let token = '';
  for (let at = 1; at < page; at += 1) {
    const { status, body } = await connection.ask(requestText(at === 1 ? first : following(first, token)));
    if (status !== 200) throw new Error(`Page ${at} was answered ${status}: ${body}`);
    token = JSON.parse(body).continuationToken;
  }
  connection.close();
  return token;
}
