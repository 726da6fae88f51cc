// Requests qualifications: so many connections that stay open, one request under way on each, a new customer each time.
import { randomUUID } from 'node:crypto';
import { serveParent, usage } from '../child.mjs';
import { openConnection, requestText } from '../connection.mjs';
import { pathOf } from '../fixture.mjs';

/** The body of every request that is measured. */
const education = { qualification: 'Education', educationSegment: 'K12', website: 'www.school.example.org' };

/**
 * @typedef {object} Posting
 * @property {number} port
 * @property {string} token
 * @property {number} connections
 * @property {readonly string[]} customers one request each
 */

serveParent({
  /**
   * @param {Posting} posting
   * @returns {Promise<import('../report.mjs').Sample>}
   */
  async run({ port, token, connections, customers }) {
    const texts = customers.map((id) =>
      requestText({
        method: 'POST',
        path: pathOf(id),
        token,
        headers: { 'MS-RequestId': randomUUID(), 'MS-CorrelationId': randomUUID() },
        body: education,
      }),
    );
    const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
    const cpu = usage().cpu;
    const start = performance.now();
    const left = texts.values();
    await Promise.all(
      open.map(async (connection) => {
        for (const text of left) {
          const { status, body } = await connection.ask(text);
          if (status !== 201) throw new Error(`${text}\nwas answered ${status}: ${body}`);
        }
      }),
    );
    const sample = { done: customers.length, seconds: (performance.now() - start) / 1000, cpu: usage().cpu - cpu };
    for (const connection of open) connection.close();
    return sample;
  },
});
