import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { webhookPaths } from '@vetted/contract';
import { type Answer, call, fakeClock, startSandbox, type TestSandbox } from '@vetted/testkit';
import { decodeJwt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServiceOptions } from '../src/config.js';
import { listen } from './events-support.js';
import { openInbox, registrationPath, subjectOf } from './webhook-inbox.js';

const execute = promisify(execFile);

/** The customer of the examples, Litware Institute. */
const customer = '71b473d5-c4a2-4381-82e5-809403c2d108';
const progressPath = `/vetting/v1/customers/${customer}/qualifications/Education`;
const json = { 'content-type': 'application/json' };

const vetting = await page('vetting.md');
const sandboxPage = await page('sandbox.md');

function page(name: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8');
}

/** The code blocks of one language on a page. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);
}

/** The JSON block of the page on vetting that has this member. */
function sample(member: string) {
  const found = blocks(vetting, 'json').find((block) => block.includes(`"${member}"`));
  if (found === undefined) throw new Error(`No sample has ${member}.`);
  return JSON.parse(found);
}

/** A sandbox at the hour of the examples. */
async function start(options: ServiceOptions = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ clock: fakeClock(), ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

async function request(sandbox: TestSandbox, website: string): Promise<void> {
  const answer = await sandbox.request(customer, { qualification: 'Education', educationSegment: 'K12', website });
  expect(answer.status, answer.text).toBe(201);
}

/** Approves the one request of the customer, under the correlation id of the examples. */
async function approve(sandbox: TestSandbox, correlationId: string): Promise<void> {
  const token = await sandbox.userToken('reviewer');
  const { body } = await sandbox.get(`/vetting/v1/reviews?search=${customer}`, { token });
  const headers = { 'ms-correlationid': correlationId };
  const path = `/vetting/v1/reviews/${body.items[0].id}/decision`;
  const answer = await sandbox.post(path, { decision: 'Approved' }, { token, headers });
  expect(answer.status, answer.text).toBe(200);
}

describe('docs/vetting.md', () => {
  it('shows where a denied request stands to the letter', async () => {
    const sandbox = await start();
    await request(sandbox, 'not-academic.example.edu');
    await sandbox.advance('PT1H');
    expect((await sandbox.get(progressPath)).body).toEqual(sample('remedy'));
  });

  it('shows what a preflight finds to the letter', async () => {
    const sandbox = await start();
    const website = 'www.school.example.org';
    const body = { qualification: 'Education', educationSegment: 'K12', website };
    const answer = await sandbox.post(`/vetting/v1/customers/${customer}/preflight`, body);
    expect(answer.body).toEqual(sample('findings'));
  });

  it('shows a registration that is taken, and the event that is delivered then', async () => {
    const sandbox = await start({ publicUrl: 'https://vetted.example' });
    const inbox = await openInbox();
    const registered = await sandbox.post(registrationPath, { ...sample('WebhookUrl'), WebhookUrl: inbox.url });
    expect([registered.status, registered.body.WebhookSecret]).toEqual([200, expect.stringMatching(/^whsec_/)]);
    await request(sandbox, 'example.edu');
    await sandbox.advance('PT29H');
    await approve(sandbox, '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745');
    const arrivals = await inbox.first(2);
    expect(arrivals.map(subjectOf)).toEqual([`${customer} Education`, `${customer} Education`]);
    expect(arrivals[1]?.event).toEqual(sample('EventName'));
  });

  it('shows a delivery that is tried again, but for its id and when that is', async () => {
    const sandbox = await start();
    await request(sandbox, 'example.edu');
    await sandbox.advance('PT29H');
    const inbox = await openInbox(() => 503);
    await sandbox.post(registrationPath, { ...sample('WebhookUrl'), WebhookUrl: inbox.url });
    await approve(sandbox, randomUUID());
    await inbox.first(1);
    await sandbox.advance('PT0.001S');
    const { items } = sample('nextAttemptAt');
    expect((await sandbox.get(webhookPaths.deliveries)).body).toEqual({
      items: items.map((item: object) => ({ ...item, id: inbox.arrivals[0]?.id, nextAttemptAt: expect.any(String) })),
    });
  });

  it('shows an event of a stream to the letter, but for its number', async () => {
    const sandbox = await start();
    await request(sandbox, 'example.edu');
    await sandbox.advance('PT29H');
    const stream = await listen(sandbox.url, { token: await sandbox.userToken() });
    const [documented = ''] = blocks(vetting, 'text');
    const [, data = ''] = /^data: (.*)$/m.exec(documented) ?? [];
    await approve(sandbox, JSON.parse(data).correlationId);
    const [event] = await stream.next(1);
    stream.hangUp();
    expect(`id: 42\nevent: ${event?.event}\ndata: ${event?.data}\n`).toBe(documented);
  });

  it('begins a stream anew after a number beyond the last event', async () => {
    const sandbox = await start();
    await request(sandbox, 'example.edu');
    const stream = await listen(sandbox.url, { token: await sandbox.userToken(), lastEventId: 4_000 });
    const [event] = await stream.next(1);
    stream.hangUp();
    expect(event).toMatchObject({ id: '1', data: expect.stringContaining('"vettingStatus":"InReview"') });
  });

  it('shows a line that an import takes', async () => {
    const sandbox = await start();
    const line = sample('companyName');
    const path = `/vetting/v1/partners/${sandbox.description.tenantId}/customers`;
    const authorization = `Bearer ${await sandbox.userToken('administrator')}`;
    const imported = await call(`${sandbox.url}${path}:import`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-ndjson' },
      body: JSON.stringify(line),
    });
    expect(JSON.parse(imported.text)).toEqual({ line: 1, id: line.id, result: 'created' });
  });

  it('says what PUT removes of a customer, and what stays as it was', async () => {
    const sandbox = await start();
    const path = `/vetting/v1/partners/${sandbox.description.tenantId}/customers/${customer}`;
    const names = { companyName: 'Litware', domain: 'litware.example.edu' };
    const put = async (members: object) => operate(sandbox, 'PUT', path, { ...names, ...members });
    await put({ country: 'DE', email: 'it@litware.example.edu', relationshipToPartner: 'advisor' });
    await operate(sandbox, 'POST', `${path}/end-relationship`);
    const kept = { id: customer, ...names, relationshipToPartner: 'reseller' };
    expect((await put({})).body).toEqual({ ...kept, relationshipEnded: true });
    expect((await put({ relationshipEnded: false })).body).toEqual({ ...kept, relationshipEnded: false });
  });
});

function operate(sandbox: TestSandbox, method: string, path: string, body: unknown = {}): Promise<Answer> {
  return sandbox.userToken('administrator').then((token) =>
    call(sandbox.url + path, {
      method,
      headers: { ...json, authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    }),
  );
}

describe('docs/sandbox.md', () => {
  it('shows bodies that the switches take', async () => {
    const sandbox = await start();
    const commands = [
      ...sandboxPage.matchAll(/curl -X (\w+) http:\/\/127\.0\.0\.1:7070(\S+)[^']*'[^']*'[^']*'([^']*)'/g),
    ];
    expect(commands.map(([, method, path]) => `${method} ${path}`)).toEqual([
      'POST /sandbox/v1/clock',
      'PUT /sandbox/v1/faults',
    ]);
    for (const [, method = '', path = '', body = ''] of commands) {
      const answer = await call(sandbox.url + path, { method, headers: json, body });
      expect(answer.status, answer.text).toBe(200);
    }
  });

  it('shows a command that gets a token as it says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vetted-documents-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await start({ home: join(folder, '.vetted'), database: 'sqlite::memory:' });
    const command = blocks(sandboxPage, 'sh').find((block) => block.includes('/oauth2/v2.0/token')) ?? '';
    const [url = '', ...form] = await argumentsOfCurl(command, folder);
    const fields = form.filter((part) => !part.startsWith('-')).map((part) => part.split(/=(.*)/s).slice(0, 2));
    const { body } = await call(url, { method: 'POST', body: new URLSearchParams(fields) });
    const { iat = 0, exp = 0, amr, scp } = decodeJwt(body.access_token);
    expect({ lifetime: exp - iat, amr, scp }).toEqual({ lifetime: 60, amr: ['pwd'], scp: 'user_impersonation' });
  });
});

/** What the shell hands to curl, which not every machine has: the test sends it by other means. */
async function argumentsOfCurl(command: string, folder: string): Promise<string[]> {
  const curl = `curl() { node -p 'JSON.stringify(process.argv.slice(1))' -- "$@"; }`;
  const { stdout } = await execute('sh', ['-c', `${curl}\n${command}`], { cwd: folder });
  return JSON.parse(stdout);
}
