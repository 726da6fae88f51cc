import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { startSandbox } from '@vetted/testkit';
import { chromium } from 'playwright-core';
import { type OutputOptions, rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { BODY, SECRET, signed } from './delivery.js';
import { linkClient, type PackedClient, packClient } from './packed-client.js';

let packed: PackedClient;
let project: string;

beforeAll(async () => {
  packed = await packClient();
  project = await linkClient(packed);
});
afterAll(() => packed[Symbol.asyncDispose]());

/** Bundles a program that has installed the package, into one file that imports nothing, as for a browser. */
async function bundle(program: string, output: OutputOptions = {}): Promise<{ code: string; modules: string[] }> {
  const input = join(project, 'program.mjs');
  await writeFile(input, program);
  // A browser has no require and no node: modules; whatever cannot be resolved fails here.
  const built = await rolldown({ input, platform: 'browser', cwd: project, onLog: (_level, log) => unexpected(log) });
  const { output: chunks } = await built.generate({ codeSplitting: false, ...output });
  await built.close();
  const [chunk, ...others] = chunks;
  expect([others, chunk.imports, chunk.dynamicImports]).toEqual([[], [], []]);
  const modules = Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0);
  return { code: chunk.code, modules: modules.map(([path]) => path.replaceAll('\\', '/')) };
}

function unexpected(log: { message: string }): never {
  throw new Error(log.message);
}

describe('a bundler', () => {
  it('takes nothing but the guard where a program imports the guard', async () => {
    const { code, modules } = await bundle(
      "import { isPartnerCenterError } from '@vetted/client';\nconsole.log(isPartnerCenterError(globalThis.caught));",
    );
    expect(modules.map((path) => path.replace(/.*\/(?=client\/|program)/, ''))).toEqual([
      'client/dist/browser/errors.js',
      'program.mjs',
    ]);
    expect(code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').length).toBeLessThan(400);
  });

  it('leaves out pipeline, events and credentials where a program only verifies webhooks', async () => {
    const { modules } = await bundle("export { verifyWebhook } from '@vetted/client';");
    expect(modules.filter((path) => /@azure|eventsource|credentials|transport\/(?!json)/.test(path))).toEqual([]);
    expect(modules).toContainEqual(expect.stringContaining('/standardwebhooks/'));
  });

  it('takes no module of Node.js, and no sign-in that needs it, into a program for browsers', async () => {
    const { modules } = await bundle("export * from '@vetted/client';");
    expect(modules.filter((path) => path.includes('node:') || path.includes('/node_modules/@azure/msal'))).toEqual([]);
  });
});

/** A sandbox, the program for browsers in one file, and what it is told; all but `decide` travels as JSON. */
async function prepared() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const website = 'approved.example.edu';
  const { body: customer } = await sandbox.post('/sandbox/v1/customers', {
    companyName: 'Alpine School',
    domain: website,
  });
  const { code } = await bundle(PROGRAM, { format: 'iife', name: 'program' });
  const told = {
    baseUrl: sandbox.url,
    token: await sandbox.userToken(),
    customerId: customer.id,
    website,
    delivery: [BODY, signed(BODY, { at: new Date() }), SECRET],
  };
  return { code, told, url: sandbox.url, decide: () => sandbox.advance('PT2H') };
}

const outcome = {
  before: [],
  changes: ['InReview', 'Approved'],
  decided: { qualification: 'Education', vettingStatus: 'Approved', vettingCreatedDate: expect.any(String) },
  listed: true,
  refused: [404, '60003'],
  verified: 'customer-qualification-updated',
  nodeOnly: 'This needs Node.js: @azure/msal-node does not run in a browser.',
};

describe('a program for browsers', () => {
  it('reads, requests, waits for the decision by events, and verifies, with nothing but what browsers have', async () => {
    const { code, told, decide } = await prepared();
    const { main } = runInContext(`globalThis.self = globalThis;\n${code}\nprogram`, createContext(webGlobals()));
    expect(JSON.parse(await main({ ...told, decide }))).toEqual(outcome);
  });

  it('does the same in Chromium', async () => {
    const { code, told, decide, url } = await prepared();
    const browser = await chromium.connect(inject('browserServer'));
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${url}/healthz`);
    await page.exposeFunction('decide', decide);
    const result = await page.evaluate(`${code}\nprogram.main({ ...${JSON.stringify(told)}, decide })`);
    expect(JSON.parse(String(result))).toEqual(outcome);
  });
});

/** What a page has and the client may count on; above all, neither `process` nor `Buffer` nor `require`. */
function webGlobals() {
  return {
    ...{ fetch, Headers, Request, Response, URL, URLSearchParams, FormData, Blob },
    ...{ AbortController, AbortSignal, DOMException, Event, EventTarget },
    ...{ TextEncoder, TextDecoder, TextDecoderStream, ReadableStream, WritableStream, TransformStream },
    ...{ setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask },
    ...{ crypto, performance, atob, btoa, console, structuredClone },
    navigator: { userAgent: 'a browser' },
  };
}

const PROGRAM = `
import { isPartnerCenterError, PartnerCenterClient, RefreshTokenCredential, verifyWebhook } from '@vetted/client';

export async function main({ baseUrl, token, customerId, website, decide, delivery }) {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const client = new PartnerCenterClient(credential, { baseUrl });
  const { qualification } = client.customers.byId(customerId);
  const before = await qualification.getQualifications();

  const changes = [];
  let opened;
  const open = new Promise((resolve) => { opened = resolve; });
  const watching = (async () => {
    for await (const change of client.vetting.events({ onOpen: opened })) {
      if (change.customerId === customerId) changes.push(change.vettingStatus);
      if (changes.length === 2) return;
    }
  })();
  await open;
  const poller = qualification.beginCreateQualifications({ qualification: 'Education', educationSegment: 'K12', website });
  await poller.submitted();
  await decide();
  const decided = await poller;
  await watching;

  let listed = false;
  for await (const { customer, qualifications } of client.qualifications.list({ pageSize: 5 })) {
    listed ||= customer.id === customerId && qualifications[0].vettingStatus === 'Approved';
  }
  const refused = await client.customers.byId(crypto.randomUUID()).get().catch(
    (error) => isPartnerCenterError(error) && [error.statusCode, error.code],
  );
  const nodeOnly = await new RefreshTokenCredential('contoso.example', 'app', 'secret', 'refresh').getToken('scope').catch(
    (error) => error.message,
  );
  return JSON.stringify({
    before, changes, decided, listed, refused, nodeOnly, verified: verifyWebhook(...delivery).eventName,
  });
}
`;
