import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { VettingPolicy } from '@vetted/service';
import { call, examples, startSandbox, type TestSandbox, unqualified } from '@vetted/testkit';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const [approved, inReview, denied] = examples;
let home: string;
let sandbox: TestSandbox;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vetted-examples-'));
  sandbox = await startSandbox({ home });
});

afterAll(async () => {
  await sandbox.close();
  await rm(home, { recursive: true, force: true });
});

const scriptOf = (name: string) => fileURLToPath(new URL(`dist/${name}.js`, import.meta.url));

/** Starts a compiled example that goes on until something happens. */
function start(name: string, ...parameters: string[]) {
  const child = spawn(process.execPath, [scriptOf(name), ...parameters], {
    env: { ...process.env, VETTED_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stderr = text(child.stderr);
  const ended = once(child, 'close').then(async ([code]) => ({ code, stderr: await stderr }));
  return { child, ended };
}

/** Runs a compiled example as a person would. */
function run(name: string, ...parameters: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = scriptOf(name);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...parameters],
      { env: { ...process.env, VETTED_HOME: home } },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('check-before-order', () => {
  it('lets an approved customer order', async () => {
    await expect(run('check-before-order', approved.customerId)).resolves.toEqual({
      code: 0,
      stdout: 'Qualified for Education offers.\n',
      stderr: '',
    });
  });

  it.each([
    [inReview.title, inReview.customerId, 'Not yet: in review since 2020-12-03T10:37:38.885Z.\n'],
    [denied.title, denied.customerId, 'Not qualified: Not an Education Customer.\n'],
    ['Not requested', unqualified.litware, 'Not qualified: Education was never requested.\n'],
  ])('holds back a customer that is %s', async (_title, customerId, stdout) => {
    await expect(run('check-before-order', customerId)).resolves.toEqual({ code: 1, stdout, stderr: '' });
  });
});

describe('an ordinary refusal ends in one sentence', () => {
  const sentence = /^\S+: .+ \(correlation id [0-9a-f-]{36}\)\n$/;

  it.each([
    ['check-before-order', ['nonsense'], 3],
    ['wait-for-decision', [inReview.customerId, 'fabrikam.example.edu', 'no-state'], 1],
    ['request-education', ['nonsense', 'fabrikam.example.edu'], 1],
  ])('%s %j exits with %i', async (name, parameters, code) => {
    const ended = await run(name, ...parameters);
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(sentence) });
  });

  it('alert-on-denial exits with 1', async () => {
    await setFaults([{ path: '/vetting/v1/events', status: 403 }]);
    const ended = await run('alert-on-denial', join(home, 'no-place'));
    await setFaults([]);
    expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});

describe('request-education', () => {
  it('opens a review, and tells why a second request is refused', async () => {
    const first = await run('request-education', unqualified.litware, 'litware.example.edu');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^InReview since \d{4}-\d\d-\d\dT[\d:.]+Z\.\n$/);

    const second = await run('request-education', unqualified.litware, 'litware.example.edu');
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^QualificationInReview: A review .* \(correlation id [0-9a-f-]{36}\)\n$/);
  });
});

describe('wait-by-webhook', () => {
  it.each([
    ['approved.example.edu', 'Approved.'],
    ['not-academic.example.edu', 'Denied: Not an Academic Domain.'],
  ])('requests Education for %s and tells of the decision when it falls', async (website, told) => {
    const { body: customer } = await sandbox.post('/sandbox/v1/customers', {
      companyName: 'Alpine School',
      domain: website,
    });
    const { child, ended } = start('wait-by-webhook', customer.id, website);
    const output = createInterface(child.stdout);
    const [waiting] = await once(output, 'line');
    expect(waiting).toBe('InReview. Waiting for the decision.');

    const [[decision]] = await Promise.all([once(output, 'line'), sandbox.advance('P1D')]);
    expect(decision).toBe(told);
    expect(await ended).toEqual({ code: 0, stderr: '' });
  });
});

describe('wait-for-decision', () => {
  it('goes on after it was stopped, without a second request', async () => {
    const website = 'not-academic.example.edu';
    const { body: customer } = await sandbox.post('/sandbox/v1/customers', { companyName: 'Oak', domain: website });
    const state = join(home, 'state');

    const first = start('wait-for-decision', customer.id, website, state);
    expect((await once(createInterface(first.child.stdout), 'line'))[0]).toBe('Waiting for the decision.');
    first.child.kill('SIGKILL');
    await first.ended;

    const second = start('wait-for-decision', customer.id, website, state);
    const output = createInterface(second.child.stdout);
    expect((await once(output, 'line'))[0]).toBe('Waiting for the decision.');
    const [[decision]] = await Promise.all([once(output, 'line'), sandbox.advance('P1D')]);
    expect(decision).toBe('Denied: Not an Academic Domain.');
    expect(await second.ended).toEqual({ code: 0, stderr: '' });
    expect(existsSync(state)).toBe(false);
    const { body: history } = await sandbox.get(
      `/vetting/v1/customers/${customer.id}/qualifications/Education/history`,
    );
    expect(history.map(({ to }: { to: string }) => to)).toEqual(['InReview', 'Denied']);
  });
});

describe('customers-to-csv', () => {
  it('writes qualifications, and no name that a spreadsheet would calculate', async () => {
    const company = { companyName: '=1+1, "Ltd"', domain: 'sum.example.com' };
    const { body: customer } = await sandbox.post('/sandbox/v1/customers', company);
    await sandbox.request(customer.id, { qualification: 'StateOwnedEntity' });
    const { stdout, ...rest } = await run('customers-to-csv');
    expect(rest).toEqual({ code: 0, stderr: '' });
    const rows: Record<string, string>[] = parse(stdout, { columns: true });
    expect(rows).toContainEqual({
      customer: denied.customerId,
      name: 'Tailspin Training',
      qualification: 'Education',
      status: 'Denied',
      reason: 'Not an Education Customer',
      since: '2020-12-03T10:37:38.885Z',
    });
    const soe = { customer: customer.id, qualification: 'StateOwnedEntity', status: '', reason: '', since: '' };
    expect(rows).toContainEqual({ ...soe, name: '\'=1+1, "Ltd"' });
  });

  it('goes on where it broke off, leaving nobody out', async () => {
    const whole = await run('customers-to-csv');
    const path = `/v1/customers/${denied.customerId}/qualifications`;
    await setFaults([{ method: 'GET', path, status: 401 }]);
    const first = await run('customers-to-csv');
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('To go on: node examples/dist/') });
    const [, continueFrom = ''] = /'(.+)'/.exec(first.stderr) ?? [];

    await setFaults([]);
    const rest = await run('customers-to-csv', continueFrom);
    expect({ ...rest, stdout: first.stdout + rest.stdout }).toEqual(whole);
  });
});

async function setFaults(faults: object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await call(`${sandbox.url}/sandbox/v1/faults`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(faults),
  });
  expect(status).toBeLessThan(300);
}

describe('alert-on-denial', () => {
  it('tells of a denial as it falls, and of one that fell while it was stopped', async () => {
    const place = join(home, 'place');
    const listening = start('alert-on-denial', place);
    const lines = createInterface(listening.child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('Listening.');
    await deny('Maple School');
    expect((await lines.next()).value).toBe('Maple School, Education: Not an Academic Domain.');
    listening.child.kill('SIGINT');
    expect(await listening.ended).toEqual({ code: 0, stderr: '' });

    await deny('Elm School');
    const again = start('alert-on-denial', place);
    const later = createInterface(again.child.stdout)[Symbol.asyncIterator]();
    expect([(await later.next()).value, (await later.next()).value]).toEqual([
      'Listening.',
      'Elm School, Education: Not an Academic Domain.',
    ]);
    again.child.kill('SIGINT');
    expect(await again.ended).toEqual({ code: 0, stderr: '' });
  });

  async function deny(companyName: string): Promise<void> {
    const website = 'not-academic.example.edu';
    const { body: customer } = await sandbox.post('/sandbox/v1/customers', { companyName, domain: website });
    await sandbox.request(customer.id, { qualification: 'Education', educationSegment: 'K12', website });
    await sandbox.advance('P1D');
  }
});

describe('school-list-policy', () => {
  it.each([
    ['litware.example.edu', { decision: 'approve' }],
    ['Litware.Example.EDU', { decision: 'approve' }],
    ['adventure-works.example.com', { decision: 'refer' }],
  ])('for a school with the domain %s says %o', async (domain, verdict) => {
    const { default: policy } = (await import(scriptOf('school-list-policy'))) as { default: VettingPolicy };
    const request = {
      partnerId: randomUUID(),
      customerId: randomUUID(),
      companyName: 'A school',
      domain,
      qualification: 'Education',
      attempt: 1,
      submittedAt: '2026-03-02T09:00:00.000Z',
    } as const;
    await expect(policy.decide(request, { abortSignal: AbortSignal.abort() })).resolves.toEqual(verdict);
  });
});
