// What a run can be told on its command line.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const help = `npm run bench -- [options]
  --rounds <n>       rounds of each target, 7 by default
  --seconds <n>      length of a round, 3 by default
  --customers <n>    customers in the store, 100000 by default
  --only <part>      service, client or listing
  --cpu-prof <dir>   writes a CPU profile of every process into this folder; the figures suffer`;

/** @typedef {ReturnType<typeof settingsFrom>} Settings */

/**
 * Throws a TypeError that names the option where one is wrong.
 * @param {string[]} args
 */
export function settingsFrom(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '3' },
      customers: { type: 'string', default: '100000' },
      only: { type: 'string' },
      'cpu-prof': { type: 'string' },
    },
  });
  const { only, 'cpu-prof': profiles } = values;
  if (only !== undefined && only !== 'service' && only !== 'client' && only !== 'listing') {
    throw new TypeError(`--only ${only} is neither service nor client nor listing.`);
  }
  return {
    rounds: whole('rounds', values.rounds, 1000),
    seconds: whole('seconds', values.seconds, 600),
    customers: whole('customers', values.customers, 10_000_000),
    only,
    profileFolder: profiles === undefined ? undefined : resolve(profiles),
  };
}

/** @param {string} name @param {string} text @param {number} max */
function whole(name, text, max) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new TypeError(`--${name} ${text} is not a whole number from 1 to ${max}.`);
}
