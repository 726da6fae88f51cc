// One connection that stays open and asks one thing at a time, with as little of its own as can be: what it costs would
// be measured with the server.
import { connect } from 'node:net';

/**
 * `authorization` and a body's headers are added by {@link requestText}.
 * @typedef {object} Request
 * @property {'GET' | 'POST'} [method]
 * @property {string} path
 * @property {string} token
 * @property {Readonly<Record<string, string>>} [headers]
 * @property {unknown} [body] sent as JSON
 */

/** @typedef {{ status: number, body: string }} Answer */

/**
 * @typedef {object} Connection
 * @property {(request: string) => Promise<Answer>} ask
 * @property {() => void} close
 */

const END_OF_HEADERS = '\r\n\r\n';

/**
 * @param {Request} request
 * @returns {string}
 */
export function requestText({ method = 'GET', path, token, headers = {}, body }) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const contentHeaders =
    body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  const all = { Host: '127.0.0.1', Authorization: `Bearer ${token}`, ...headers, ...contentHeaders };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}${END_OF_HEADERS}${text}`;
}

/**
 * @param {number} port
 * @returns {Promise<Connection>}
 */
export async function openConnection(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(undefined)).once('error', reject);
  });
  let pending = '';
  /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void } | undefined} */
  let waiting;
  const fail = (/** @type {Error} */ error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.setEncoding('utf8');
  socket.on('error', fail).on('close', () => fail(new Error('The server closed a connection.')));
  socket.on('data', (/** @type {string} */ chunk) => {
    pending += chunk;
    const answer = answerIn(pending);
    if (answer === undefined || waiting === undefined) return;
    const { resolve } = waiting;
    waiting = undefined;
    pending = '';
    resolve(answer);
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/**
 * The answer, once it is whole.
 * @param {string} text
 * @returns {Answer | undefined}
 */
function answerIn(text) {
  const end = text.indexOf(END_OF_HEADERS);
  if (end === -1) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  if (length === undefined) throw new Error(`No content-length:\n${text}`);
  const body = text.slice(end + END_OF_HEADERS.length);
  if (Buffer.byteLength(body) < Number(length)) return undefined;
  return { status: Number(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)), body };
}
