// Proof that every server gives the same answers, before any of them is measured.
import { Agent, get } from 'node:http';
import { bodyOf, guids, pathOf } from './fixture.mjs';

/**
 * Asks every server for these customers, and throws unless all of them answer 200 with the expected body, and with the
 * same headers but for the date.
 * @param {readonly { name: string, port: number }[]} servers
 * @param {readonly string[]} ids
 * @param {readonly number[]} indexes which of the ids to ask for
 * @param {string} token
 */
export async function verifySameAnswers(servers, ids, indexes, token) {
  const agent = new Agent({ keepAlive: true });
  const [requestId, correlationId] = guids(2, 3);
  const headers = {
    Authorization: `Bearer ${token}`,
    Accept: 'application/json',
    'MS-RequestId': requestId,
    'MS-CorrelationId': correlationId,
    Connection: 'keep-alive',
  };
  for (const index of indexes) {
    const path = pathOf(ids[index] ?? '');
    const answers = await Promise.all(servers.map(({ port }) => answerOf({ agent, port, path, headers })));
    for (const [at, answer] of answers.entries()) {
      const name = servers[at]?.name;
      if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${answer.body}`);
      if (answer.body !== bodyOf(index)) throw new Error(`${name} answered ${answer.body}, not ${bodyOf(index)}`);
      if (answer.headers !== answers[0]?.headers) {
        throw new Error(
          `${name} has other headers:\n${answer.headers}\nthan ${servers[0]?.name}:\n${answers[0]?.headers}`,
        );
      }
    }
  }
  agent.destroy();
}

/**
 * @param {import('node:http').RequestOptions} options
 * @returns {Promise<{ status: number | undefined, headers: string, body: string }>}
 */
function answerOf(options) {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (/** @type {string} */ chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: headersOf(response.rawHeaders), body }));
    }).on('error', reject);
  });
}

/**
 * One line a header, sorted; names are the same in any case. Dates differ by the second.
 * @param {readonly string[]} raw
 */
function headersOf(raw) {
  const lines = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase();
    if (name !== 'date') lines.push(`${name}: ${raw[at + 1]}`);
  }
  return lines.sort().join('\n');
}
