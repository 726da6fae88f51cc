// The load: so many connections that stay open, one request under way on each, sent from a buffer that is made once and
// only gets other ids. It reads no more of an answer than it must; node:http or fetch here would cost more than the
// server that is measured.
import { connect } from 'node:net';
import { serveParent, usage } from '../child.mjs';
import { bodyOf, customerIds, guids, pathOf, randomNumbers } from '../fixture.mjs';

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {string} token
 * @property {number} customers
 * @property {number} connections
 * @property {number} seconds
 * @property {number} seed which customers are asked for
 * @property {boolean} [checksBodies] default true
 * @property {boolean} polls keeps its core awake instead of sleeping until the next answer
 */

/** @typedef {import('../report.mjs').Sample} Sample */

/** One answer of so many has its body compared with the expected one. */
const CHECKED_EVERY = 64;
const OK = 'HTTP/1.1 200 OK\r\n';
const END_OF_HEADERS = '\r\n\r\n';
/** As the service writes it, and as Prism does. */
const CONTENT_LENGTHS = ['\r\ncontent-length: ', '\r\nContent-Length: '];
const GUID_LENGTH = 36;

/** @type {readonly string[]} */
let ids = [];
const requestIds = guids(4096, 2);

serveParent({
  async run(/** @type {Load} */ load) {
    if (ids.length !== load.customers) ids = customerIds(load.customers);
    return run(load);
  },
});

/**
 * @param {Load} load
 * @returns {Promise<Sample>}
 */
async function run(load) {
  const next = randomNumbers(load.seed);
  const count = { done: 0, stopped: false };
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => openConnection(load, next, count)),
  );
  const cpu = usage().cpu;
  const start = performance.now();
  const finished = Promise.all(connections.map((connection) => connection()));
  if (load.polls) poll(count);
  const timer = setTimeout(() => {
    count.stopped = true;
  }, load.seconds * 1000);
  try {
    await finished;
  } finally {
    count.stopped = true;
    clearTimeout(timer);
  }
  return { done: count.done, seconds: (performance.now() - start) / 1000, cpu: usage().cpu - cpu };
}

/**
 * Whoever writes to a process that sleeps pays for waking it, in a virtual machine as much as for half an answer. A slow
 * server, whose generator sleeps more, would pay more often than a fast one.
 * @param {{ stopped: boolean }} count
 */
function poll(count) {
  if (!count.stopped) setImmediate(poll, count);
}

/**
 * Connects. The function that it gives sends requests until the count is stopped, and resolves after the last answer.
 * @param {Load} load
 * @param {() => number} next
 * @param {{ done: number, stopped: boolean }} count
 * @returns {Promise<() => Promise<void>>}
 */
async function openConnection(load, next, count) {
  const { buffer, at } = requestTemplate(load);
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(undefined)).once('error', reject);
  });
  let index = 0;

  const send = () => {
    index = Math.floor(next() * ids.length);
    buffer.write(ids[index] ?? '', at.customer, 'latin1');
    buffer.write(requestIds[Math.floor(next() * requestIds.length)] ?? '', at.request, 'latin1');
    buffer.write(requestIds[Math.floor(next() * requestIds.length)] ?? '', at.correlation, 'latin1');
    // The answer comes after the last byte was sent: the buffer is free again by then.
    socket.write(buffer);
  };

  return () =>
    new Promise((resolve, reject) => {
      let pending = '';
      socket.on('error', reject).on('close', () => reject(new Error('The server closed a connection.')));
      socket.on('data', (chunk) => {
        pending = pending === '' ? chunk.toString('latin1') : pending + chunk.toString('latin1');
        const bodyStart = bodyStartOf(pending);
        if (bodyStart === undefined) return;
        try {
          const isChecked = load.checksBodies !== false && count.done % CHECKED_EVERY === 0;
          checkAnswer(pending, bodyStart, isChecked ? bodyOf(index) : undefined);
        } catch (error) {
          socket
            .removeAllListeners()
            .on('error', () => {})
            .destroy();
          reject(error);
          return;
        }
        pending = '';
        count.done += 1;
        if (!count.stopped) {
          send();
          return;
        }
        socket
          .removeAllListeners()
          .on('error', () => {})
          .destroy();
        resolve();
      });
      send();
    });
}

/** @param {Load} load */
function requestTemplate({ port, token }) {
  const blank = '-'.repeat(GUID_LENGTH);
  const text = [
    `GET ${pathOf(blank)} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Accept: application/json',
    `MS-RequestId: ${blank}`,
    `MS-CorrelationId: ${blank}`,
    'Connection: keep-alive',
    '',
    '',
  ].join('\r\n');
  const after = (/** @type {string} */ mark) => text.indexOf(mark) + mark.length;
  const at = {
    customer: text.indexOf(blank),
    request: after('MS-RequestId: '),
    correlation: after('MS-CorrelationId: '),
  };
  return { buffer: Buffer.from(text, 'latin1'), at };
}

/**
 * Where the body begins; undefined while the answer is not complete.
 * @param {string} answer
 */
function bodyStartOf(answer) {
  const end = answer.indexOf(END_OF_HEADERS);
  if (end === -1) return undefined;
  const mark = CONTENT_LENGTHS.find((one) => answer.includes(one));
  if (mark === undefined) throw new Error(`No content-length:\n${answer}`);
  const length = answer.indexOf(mark) + mark.length;
  const bodyStart = end + END_OF_HEADERS.length;
  const expected = Number.parseInt(answer.slice(length, length + 8), 10);
  return answer.length >= bodyStart + expected ? bodyStart : undefined;
}

/**
 * @param {string} answer
 * @param {number} bodyStart
 * @param {string | undefined} expected the body, where it is to be compared
 */
function checkAnswer(answer, bodyStart, expected) {
  if (!answer.startsWith(OK)) throw new Error(`Not a 200:\n${answer}`);
  if (expected === undefined) return;
  const body = answer.slice(bodyStart);
  if (body !== expected) throw new Error(`A wrong body:\n${body}\nwhere this was expected:\n${expected}`);
}
