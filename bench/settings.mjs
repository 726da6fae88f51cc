// What a run can be told on its command line.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measures } from './measures/index.mjs';

const names = Object.keys(measures);

export const help = `npm run bench -- [options]
  --rounds <n>          rounds of each target, 7 by default
  --seconds <n>         length of a round, 3 by default
  --customers <n>       customers in the store, 100000 by default
  --many-customers <n>  customers of the large store of growth, 1000000 by default
  --only <part>         ${names.join(', ')}; may be given more than once
  --json <file>         where every round is written; a new file in bench/results by default
  --cpu-prof <dir>      writes a CPU profile of every process into this folder; the figures suffer`;

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
      'many-customers': { type: 'string', default: '1000000' },
      only: { type: 'string', multiple: true, default: names },
      json: { type: 'string', default: defaultFile() },
      'cpu-prof': { type: 'string' },
    },
  });
  const { only, json, 'cpu-prof': profiles, 'many-customers': manyCustomers } = values;
  for (const name of only) {
    if (!names.includes(name)) throw new TypeError(`--only ${name} is none of ${names.join(', ')}.`);
  }
  return {
    rounds: whole('rounds', values.rounds, 1000),
    seconds: whole('seconds', values.seconds, 600),
    customers: whole('customers', values.customers, 10_000_000),
    manyCustomers: whole('many-customers', manyCustomers, 10_000_000),
    only: names.filter((name) => only.includes(name)),
    json: resolve(json),
    profileFolder: profiles === undefined ? undefined : resolve(profiles),
  };
}

function defaultFile() {
  return join(import.meta.dirname, 'results', `${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
}

/** @param {string} name @param {string} text @param {number} max */
function whole(name, text, max) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new TypeError(`--${name} ${text} is not a whole number from 1 to ${max}.`);
}
