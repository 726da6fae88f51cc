import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScriptedServer } from '../../client/test/scripted-server.js';
import { type Desk, startDesk } from './desk-support.js';
import { startPartnerCenter } from './partner-center.js';
import { temporaryFolder, vetted } from './support.js';

const HOUR_IN_MS = 3_600_000;
const START = 'Start the sandbox with: npx vetted serve --sandbox\n';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const readClock = async () => Date.parse((await desk.vetted('clock')).stdout.trim());

describe('vetted clock', () => {
  it("shows the sandbox's clock and nothing else", async () => {
    const { exitCode, stdout, stderr } = await desk.vetted('clock');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\n$/);
  });

  it.each([
    ['30s', HOUR_IN_MS / 120],
    ['2h', 2 * HOUR_IN_MS],
    ['3d', 72 * HOUR_IN_MS],
    ['PT90M', 1.5 * HOUR_IN_MS],
    ['p1w', 168 * HOUR_IN_MS],
  ])('moves it forwards by %s', async (duration, inMs) => {
    const before = await readClock();
    const { exitCode, stdout, stderr } = await desk.vetted('clock', '--advance', duration);
    expect([exitCode, stderr]).toEqual([0, '']);
    const moved = Date.parse(stdout.trim()) - before;
    expect(moved).toBeGreaterThanOrEqual(inMs);
    expect(moved).toBeLessThan(inMs + 20_000);
    expect(await readClock()).toBeGreaterThanOrEqual(Date.parse(stdout.trim()));
  });

  it('prints what the sandbox answered as JSON', async () => {
    const { stdout } = await desk.vetted('clock', '--advance', '1s', '--json');
    expect(JSON.parse(stdout)).toEqual({ now: expect.any(String), advanced: 'PT1S' });
  });

  it.each([
    ['11y', 2, 'It must be a duration such as 30s, 15m, 2h or 3d, or one of ISO 8601 such as P1M.'],
    ['P11Y', 1, 'advance leads too far: all advances together come to at most 10 years (fault 3000'],
    ['PT0S', 1, 'advance must be more than zero: the clock only goes forwards (fault 3000'],
  ])('refuses to move it by %s', async (duration, exitCode, reason) => {
    const ended = await desk.vetted('clock', '--advance', duration);
    expect(ended).toEqual({ exitCode, stdout: '', stderr: expect.stringContaining(reason) });
  });

  it('says how to start a sandbox where there is none', async () => {
    const home = await temporaryFolder();
    expect(await vetted(['clock'], { env: { VETTED_HOME: home } })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `vetted: There is no sandbox in ${home}; start one with: npx vetted serve --sandbox\n`,
    });
  });

  it('says so where the sandbox does not run', async () => {
    const home = await temporaryFolder();
    const gone = await startScriptedServer();
    await gone[Symbol.asyncDispose]();
    await writeFile(join(home, 'sandbox.json'), JSON.stringify({ ...desk.description, baseUrl: gone.url }));
    expect(await vetted(['clock', '--advance', '2h'], { env: { VETTED_HOME: home } })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `vetted: Nothing answers at ${gone.url}. ${START}`,
    });
  });

  it('says so where something else answers there', async () => {
    const center = await startPartnerCenter(() => ({ body: '' }));
    const { exitCode, stderr } = await center.vetted('clock');
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(`answers at \\S+ is not a sandbox. ${START}$`)]);
  });
});
