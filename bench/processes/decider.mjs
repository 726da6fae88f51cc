// Decides reviews in a burst and receives the webhooks that tell of it, in one process, so that one clock measures both.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { serveParent } from '../child.mjs';
import { openConnection, requestText } from '../connection.mjs';

/**
 * @typedef {object} Burst
 * @property {number} port
 * @property {string} token a reviewer's
 * @property {number} connections
 * @property {readonly { id: string, customerId: string }[]} reviews
 */

/** When the latest webhook of a customer came, by the customer's id. @type {Map<string, number>} */
const received = new Map();
let onReceived = () => {};

const receiver = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (/** @type {string} */ chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const customer = /\/customers\/([^/]+)\//.exec(JSON.parse(text).ResourceUri)?.[1] ?? '';
    received.set(customer, performance.now());
    response.writeHead(204).end();
    onReceived();
  });
});

serveParent(
  {
    async listen() {
      receiver.listen(0, '127.0.0.1');
      await once(receiver, 'listening');
      const address = receiver.address();
      return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/webhooks` };
    },
    /** Waits for the webhooks of the requests themselves, which would be taken for those of decisions. */
    async settle(/** @type {{ customers: readonly string[] }} */ { customers }) {
      await allReceived(customers);
      received.clear();
    },
    burst,
  },
  () => receiver.close(),
);

/** @param {readonly string[]} customers @returns {Promise<void>} */
function allReceived(customers) {
  return new Promise((resolve) => {
    onReceived = () => {
      if (received.size >= customers.length && customers.every((customer) => received.has(customer))) resolve();
    };
    onReceived();
  });
}

/** @param {Burst} burst */
async function burst({ port, token, connections, reviews }) {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const told = allReceived(reviews.map(({ customerId }) => customerId));
  /** @type {Map<string, number>} */
  const asked = new Map();
  const start = performance.now();
  const left = reviews.values();
  await Promise.all(
    open.map(async (connection) => {
      for (const { id, customerId } of left) {
        const path = `/vetting/v1/reviews/${id}/decision`;
        asked.set(customerId, performance.now());
        const text = requestText({ method: 'POST', path, token, body: { decision: 'Approved' } });
        const { status, body } = await connection.ask(text);
        if (status !== 200) throw new Error(`${path} was answered ${status}: ${body}`);
      }
    }),
  );
  const lastDecision = performance.now() - start;
  await told;
  const lastWebhook = performance.now() - start;
  for (const connection of open) connection.close();
  const times = [...asked].map(([customer, at]) => (received.get(customer) ?? Number.NaN) - at).sort((a, b) => a - b);
  const share = (/** @type {number} */ part) => times[Math.ceil(part * times.length) - 1];
  return { median: share(0.5), p99: share(0.99), longest: times.at(-1), lastDecision, lastWebhook };
}
