import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** Runs a compiled example as a person would. */
function run(name: string, ...parameters: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL(`dist/${name}.js`, import.meta.url));
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
