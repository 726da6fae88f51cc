// The measure of all others: node:http with every answer made beforehand. It sends what the service sends, to the
// letter, and does nothing else.
import { hash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { serveParent, usage } from '../child.mjs';
import { bodyOf, customerIds, pathOf } from '../fixture.mjs';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @type {Map<string, { body: string, length: number, etag: string }>} */
const answers = new Map();

const server = createServer(({ url = '', headers }, response) => {
  const answer = answers.get(url);
  if (answer === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'MS-CorrelationId': idFrom(headers['ms-correlationid']),
    'MS-RequestId': idFrom(headers['ms-requestid']),
    'content-type': 'application/json; charset=utf-8',
    ETag: answer.etag,
    'content-length': answer.length,
  });
  response.end(answer.body);
});
// As Fastify has it: the answers' Keep-Alive header tells it.
server.keepAliveTimeout = 72_000;

let polls = false;

/** Keeps its core awake, so that a caller that is measured does not pay for waking it. */
function poll() {
  if (polls) setImmediate(poll);
}

/** @param {string | string[] | undefined} sent */
function idFrom(sent) {
  return typeof sent === 'string' && GUID.test(sent) ? sent : randomUUID();
}

serveParent({
  async start(/** @type {{ customers: number }} */ { customers }) {
    for (const [index, id] of customerIds(customers).entries()) {
      const body = bodyOf(index);
      const etag = `"${hash('sha1', body, 'base64url')}"`;
      answers.set(pathOf(id), { body, length: Buffer.byteLength(body), etag });
    }
    await new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(undefined));
    });
    const address = server.address();
    return { port: typeof address === 'object' && address !== null ? address.port : 0 };
  },
  poll(/** @type {{ on: boolean }} */ { on }) {
    polls = on;
    poll();
  },
  usage,
});
