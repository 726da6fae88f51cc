import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unqualified } from '@vetted/testkit';
import { describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox, temporaryFolder, vetted } from './support.js';

const schoolList = fileURLToPath(new URL('../../../examples/dist/school-list-policy.js', import.meta.url));

async function requestEducation(sandbox: Sandbox, customerId: string): Promise<void> {
  const token = (await sandbox.vetted('token', '--user', 'agent')).stdout.trim();
  const { status } = await fetch(`${sandbox.baseUrl}/v1/customers/${customerId}/qualifications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ qualification: 'Education', educationSegment: 'K12' }),
  });
  expect(status).toBe(201);
}

async function statusOf(sandbox: Sandbox, customerId: string): Promise<string> {
  const { stdout } = await sandbox.vetted('get', '--json', customerId);
  return JSON.parse(stdout)[0].vettingStatus;
}

describe('vetted serve --policy', () => {
  it('has requests decided by the module: the example approves whom its list has, and refers the rest', async () => {
    const sandbox = await startSandbox({ args: ['--policy', schoolList] });
    await requestEducation(sandbox, unqualified.litware);
    await requestEducation(sandbox, unqualified.adventureWorks);
    const moved = await fetch(`${sandbox.baseUrl}/sandbox/v1/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ advance: 'P1D' }),
    });
    expect(moved.status).toBe(200);
    expect(await statusOf(sandbox, unqualified.litware)).toBe('Approved');
    expect(await statusOf(sandbox, unqualified.adventureWorks)).toBe('InReview');
  });

  it.each([
    ['nothing.js', undefined, 'nothing.js cannot be loaded: '],
    ['empty.mjs', 'export const policy = {};', 'empty.mjs has no default export.'],
    ['broken.mjs', "throw new Error('The list is gone.');", 'broken.mjs cannot be loaded: The list is gone.'],
    ['other.mjs', 'export default { approve: true };', 'is no VettingPolicy, an object with a function decide('],
  ])('does not start with %s, and says why', async (name, text, complaint) => {
    const home = await temporaryFolder();
    const file = join(home, name);
    if (text !== undefined) await writeFile(file, text);
    const env = { VETTED_HOME: home, PORT: '0' };
    const { exitCode, stdout, stderr } = await vetted(['serve', '--sandbox', '--policy', file], { env });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^vetted: --policy: /);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
