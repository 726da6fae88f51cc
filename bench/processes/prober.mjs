// Asks one thing after another on one connection, and tells how long an answer takes.

import { serveParent } from '../child.mjs';
import { openConnection, requestText } from '../connection.mjs';
import { median } from '../report.mjs';

/**
 * @typedef {object} Probing
 * @property {number} port
 * @property {number} seconds
 * @property {readonly import('../connection.mjs').Request[]} requests asked for in turn, all over again if need be
 */

serveParent({
  /**
   * The median time of an answer, in milliseconds.
   * @param {Probing} probing
   * @returns {Promise<{ time: number, done: number }>}
   */
  async run({ port, seconds, requests }) {
    const texts = requests.map(requestText);
    const connection = await openConnection(port);
    const times = [];
    const end = performance.now() + seconds * 1000;
    for (let start = performance.now(); start < end; ) {
      const text = texts[times.length % texts.length] ?? '';
      const { status, body } = await connection.ask(text);
      const answered = performance.now();
      if (status !== 200) throw new Error(`${text}\nwas answered ${status}: ${body}`);
      times.push(answered - start);
      start = answered;
    }
    connection.close();
    return { time: median(times), done: times.length };
  },
});
