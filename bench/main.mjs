// One run: takes every measure in turn, prints what was measured, writes it down, and leaves nothing else behind.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineOf } from './findings.mjs';
import { measures } from './measures/index.mjs';
import { Parts } from './parts.mjs';
import { help, settingsFrom } from './settings.mjs';

/** @typedef {import('./settings.mjs').Settings} Settings */

function machine() {
  const processor = cpus()[0]?.model.trim();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const system = `${process.platform} ${release()} ${process.arch}`;
  return `${availableParallelism()} × ${processor}, ${memory}, ${system}, Node.js ${process.version}`;
}

/** @param {Parts} parts */
async function run(parts) {
  const { settings } = parts;
  const at = new Date().toISOString();
  console.log(`${at}, ${machine()}\n`);
  /** @type {Record<string, import('./measures/index.mjs').Outcome>} */
  const outcomes = {};
  for (const name of settings.only) {
    const outcome = await measures[name]?.(parts);
    if (outcome === undefined) continue;
    outcomes[name] = outcome;
    for (const finding of outcome.findings) console.log(`${lineOf(finding)}\n`);
    // After each, so that a run that is stopped has told what it had.
    write(settings, { at, machine: machine(), settings, outcomes });
  }
  const findings = Object.values(outcomes).flatMap((outcome) => outcome.findings);
  if (settings.only.length > 1) console.log(`All of it:\n${findings.map((one) => `  ${lineOf(one)}`).join('\n')}\n`);
  console.log(`Every round is in ${relative(process.cwd(), settings.json)}.`);
}

/** @param {Settings} settings @param {unknown} results */
function write({ json }, results) {
  mkdirSync(dirname(json), { recursive: true });
  writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** @param {string[]} args @returns {Promise<number>} the exit code */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  /** @type {Settings} */
  let settings;
  try {
    settings = settingsFrom(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  const parts = new Parts(settings);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => parts.close().then(() => process.exit(1)));
  }
  try {
    await run(parts);
    return 0;
  } catch (error) {
    // A part that was stopped by a signal fails: that is no news.
    if (!parts.isClosed) console.error(error);
    return 1;
  } finally {
    await parts.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
