// GET qualifications against Prism's mock server of the service's own OpenAPI document.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ratioOfRates } from '../findings.mjs';
import { freePort } from '../free-port.mjs';
import { serviceTable } from '../report.mjs';
import { inTurn, withUsage } from '../rounds.mjs';
import { IN_FLIGHT } from './reads.mjs';

const AIM = 10;
const WARM_UP_IN_SECONDS = 10;
const PRISM = '@stoplight/prism-cli@5.16.0';

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measurePrism(parts) {
  const { rounds, seconds: length, customers } = parts.settings;
  const { issuer, token } = await parts.startIssuer();
  const service = await parts.startService('SQLite', { issuers: [issuer], database: await parts.startSqlite() });
  const prism = await startPrism(parts, service.port);
  const generator = parts.start('generator');
  const measured = await inTurn(rounds, [prism, service], (target, seed) => {
    const seconds = seed === 0 ? WARM_UP_IN_SECONDS : length;
    // Prism knows no customers: it answers each with the document's example.
    const load = { token, customers, connections: IN_FLIGHT, polls: true, checksBodies: target === service };
    return withUsage(target, () => generator.ask('run', { ...load, port: target.port, seconds, seed }));
  });
  await Promise.all([generator, service.child, prism.child].map((child) => child.stop()));
  console.log(`GET qualifications, ${IN_FLIGHT} connections:\n${serviceTable(measured)}\n`);
  const [ofPrism, ofService] = measured;
  return { measured, findings: [ratioOfRates("GET to Prism's mock server", ofService, ofPrism, AIM)] };
}

/**
 * Prism has 180 packages, which nobody who works here needs otherwise: it comes into the run's own folder, and goes with it.
 * @param {import('../parts.mjs').Parts} parts
 * @param {number} servicePort
 */
async function startPrism(parts, servicePort) {
  const folder = join(parts.folder, 'prism');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  await installPrism(folder);
  const document = join(folder, 'openapi.json');
  writeFileSync(document, await (await fetch(`http://127.0.0.1:${servicePort}/openapi.json`)).text());
  const child = parts.start('prism-server');
  const port = await freePort();
  await child.ask('start', { folder, document, port });
  return { name: "Prism's mock server", child, port };
}

/** By the npm that started the run, else by the one in the path. @param {string} folder */
async function installPrism(folder) {
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', PRISM];
  const { npm_execpath: npm } = process.env;
  if (npm === undefined) await promisify(execFile)('npm', args);
  else await promisify(execFile)(process.execPath, [npm, ...args]);
}
