// Lists all customers with their qualifications, as a program does that exports them, and checks each. The memory that
// is measured is this whole process's, so what the check needs is kept small: 16 bytes a customer, and one for its turn.
import { readFileSync } from 'node:fs';
import { PartnerCenterClient } from '@vetted/client';
import { serveParent, usage } from '../child.mjs';
import { factsOf, vettingsOf } from '../fixture.mjs';

const BYTES_AN_ID = 16;

/**
 * `idleMemory` and `peakMemory` are bytes of resident memory, `cpu` is microseconds.
 * @typedef {{ seconds: number, cpu: number, idleMemory: number, peakMemory: number }} Listing
 */

serveParent({
  /** @param {{ url: string, token: string, concurrency: number, ids: string }} load ids: the file that holds them */
  async list({ url, token, concurrency, ids }) {
    const check = checker(readFileSync(ids));
    const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const client = new PartnerCenterClient(credential, { baseUrl: url });
    const idleMemory = peakMemory();
    const cpu = usage().cpu;
    const start = performance.now();
    for await (const item of client.qualifications.list({ concurrency })) check.item(item);
    const seconds = (performance.now() - start) / 1000;
    check.end();
    return { seconds, cpu: usage().cpu - cpu, idleMemory, peakMemory: peakMemory() };
  },
});

/**
 * The most memory that this process has had so far, in bytes. What Node.js tells includes, on Linux, that of the process
 * that started this one, up to then; the kernel's own figure does not.
 */
function peakMemory() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  if (kilobytes === undefined) throw new Error('/proc/self/status tells no VmHWM.');
  return Number(kilobytes) * 1024;
}

/**
 * Throws at a customer that has come already, is none, or has other qualifications than it should have, and at the end
 * where one is missing.
 * @param {Buffer} ids
 */
function checker(ids) {
  const hasCome = new Uint8Array(ids.length / BYTES_AN_ID);
  let count = 0;
  return {
    /** @param {import('@vetted/client').CustomerQualifications} item */
    item({ customer: { id, companyProfile }, qualifications, error }) {
      if (error !== undefined) throw error;
      const index = Number(companyProfile.companyName.slice('Customer '.length));
      const expected = ids.toString('hex', index * BYTES_AN_ID, (index + 1) * BYTES_AN_ID);
      if (id.replaceAll('-', '') !== expected) throw new Error(`Customer ${index} is not ${id}.`);
      if (hasCome[index] !== 0) throw new Error(`Customer ${index} has come already.`);
      if (factsOf(qualifications) !== factsOf(vettingsOf(index))) {
        throw new Error(`Customer ${index} has other qualifications: ${factsOf(qualifications)}.`);
      }
      hasCome[index] = 1;
      count += 1;
    },
    end() {
      if (count !== hasCome.length) throw new Error(`${count} of ${hasCome.length} customers came.`);
    },
  };
}
