import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { VettingPolicy } from '@vetted/service';
import { examples, startSandbox, type TestSandbox, unqualified } from '@vetted/testkit';
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

describe.each(['wait-by-webhook', 'wait-by-events'])('%s', (name) => {
  it.each([
    ['approved.example.edu', 'Approved.'],
    ['not-academic.example.edu', 'Denied: Not an Academic Domain.'],
  ])('requests Education for %s and tells of the decision when it falls', async (website, told) => {
    const { body: customer } = await sandbox.post('/sandbox/v1/customers', {
      companyName: 'Alpine School',
      domain: website,
    });
    const { child, ended } = start(name, customer.id, website);
    const output = createInterface(child.stdout);
    const [waiting] = await once(output, 'line');
    expect(waiting).toBe('InReview. Waiting for the decision.');

    const [[decision]] = await Promise.all([once(output, 'line'), sandbox.advance('P1D')]);
    expect(decision).toBe(told);
    expect(await ended).toEqual({ code: 0, stderr: '' });
  });
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
