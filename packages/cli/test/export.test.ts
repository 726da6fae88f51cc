import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examples } from '@vetted/testkit';
import { describe, expect, it } from 'vitest';
import { json } from '../../client/test/scripted-server.js';
import { progressFileOf } from '../src/commands/export/destination.js';
import { printable } from '../src/output.js';
import {
  addCustomers,
  asAgent,
  orEnded,
  setFaults,
  startVetted,
  startWithBar,
  untilFile,
  WRAP_OFF,
} from './bulk-support.js';
import { startPartnerCenter } from './partner-center.js';
import { type Running, startSandbox } from './support.js';
import { atTerminal } from './terminal.js';

const [, inReview, denied] = examples;
const qualificationsOf = (id: string) => `/v1/customers/${id}/qualifications`;

describe('vetted export', () => {
  it('writes a line for each qualification, and one for each customer without any', async () => {
    const sandbox = await startSandbox();
    expect(await sandbox.vetted('export')).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "",
        "stdout": "customerId,companyName,domain,qualification,vettingStatus,vettingReason,vettingCreatedDate,error
      60a362c4-b391-4270-91d4-7f8392b1c007,Adventure Works,adventure-works.example.com,,,,,
      5f9251b3-a280-416f-80c3-6e7281a0af06,City of Relecloud,relecloud.example.gov,GovernmentCommunityCloud,Approved,,2021-05-06T19:59:56.6832021+00:00,
      5f9251b3-a280-416f-80c3-6e7281a0af06,City of Relecloud,relecloud.example.gov,StateOwnedEntity,,,,
      1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02,Fabrikam Academy,fabrikam.example.edu,Education,InReview,,2020-12-03T10:37:38.885Z,
      0a4f0c6e-5d3b-4c1a-9b7e-1f2d3c4b5a01,Lakeshore Primary School,lakeshore.example.edu,Education,Approved,,,
      71b473d5-c4a2-4381-82e5-809403c2d108,Litware Institute,litware.example.edu,,,,,
      4e8140a2-917f-405e-9fb2-5d61708f9e05,Northwind State University,northwind.example.edu,Education,Approved,,,
      4e8140a2-917f-405e-9fb2-5d61708f9e05,Northwind State University,northwind.example.edu,StateOwnedEntity,,,,
      2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03,Tailspin Training,tailspin.example.com,Education,Denied,Not an Education Customer,2020-12-03T10:37:38.885Z,
      3d703f91-806e-4f4d-8ea1-4c506f7e8d04,Wingtip National Railways,wingtip.example.com,StateOwnedEntity,,,,
      ",
      }
    `);
  });

  it('writes only what has a status or is a qualification, whatever the case of their names', async () => {
    const sandbox = await startSandbox();
    const { stdout } = await sandbox.vetted('export', '--format', 'json', '--status', 'denied', '--status', 'InReview');
    expect(JSON.parse(stdout)).toMatchObject([
      { customerId: inReview.customerId, qualifications: [{ vettingStatus: 'InReview' }] },
      { customerId: denied.customerId, qualifications: [{ vettingStatus: 'Denied' }] },
    ]);
    const gcc = await sandbox.vetted('export', '--format', 'ndjson', '--qualification', 'GCC');
    expect(
      gcc.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { companyName: 'City of Relecloud', qualifications: [{ qualification: 'GovernmentCommunityCloud' }] },
    ]);
  });

  it('says of a customer that failed why, in its line and by the exit code, and goes on', async () => {
    const sandbox = await startSandbox();
    await setFaults(await asAgent(sandbox), { path: qualificationsOf(denied.customerId), status: 403 });
    const { exitCode, stdout, stderr } = await sandbox.vetted('export', '--status', 'Approved');
    expect([exitCode, stderr]).toEqual([1, 'vetted: 1 of 8 customers failed: their lines say why.\n']);
    expect(stdout).toMatch(
      new RegExp(`^${denied.customerId},Tailspin Training,tailspin.example.com,,,,,.*fault SandboxFault`, 'm'),
    );
    expect(stdout).toContain('Northwind State University');
    const json = await sandbox.vetted('export', '--format', 'json', '--status', 'Denied');
    expect(JSON.parse(json.stdout)).toMatchObject([{ customerId: denied.customerId, error: { statusCode: 403 } }]);
  });

  it('goes on after kill -9 as if nothing had been, in every format', async () => {
    const sandbox = await startSandbox();
    const ask = await asAgent(sandbox);
    await addCustomers(ask, 60);
    for (const format of ['csv', 'json', 'ndjson']) {
      const [whole, file] = [join(sandbox.home, `whole.${format}`), join(sandbox.home, `file.${format}`)];
      await setFaults(ask);
      await sandbox.vetted('export', '--format', format, '--output', whole);
      await setFaults(ask, { method: 'GET', path: '/v1/customers/*/qualifications', delayMs: 100 });
      const command = ['export', '--format', format, '--concurrency', '2', '--output', file];
      const killed = startVetted(sandbox.home, ...command);
      await untilFile(progressFileOf(file), (text) => text !== '' && JSON.parse(text).place.customers > 0, killed);
      killed.child.kill('SIGKILL');
      await killed.ended;
      const { place } = JSON.parse(await readFile(progressFileOf(file), 'utf8'));
      expect(place.customers).toBeLessThan(68);
      await setFaults(ask);
      const { exitCode, stdout, stderr } = await sandbox.vetted(...command);
      expect([exitCode, stdout, stderr]).toEqual([0, '', `68 customers written to ${file}.\n`]);
      expect(await readFile(file, 'utf8')).toBe(await readFile(whole, 'utf8'));
      await expect(readFile(progressFileOf(file))).rejects.toThrow('ENOENT');
    }
    // Nine processes, one after the other.
  }, 180_000);

  it('stops in order on Ctrl-C, and asks about each customer once in both runs together', async () => {
    const { center, asked, stuckWith, free } = await centerThatIsStuckAt('customer-12');
    const file = join(center.home, 'file.csv');
    const command = ['export', '--concurrency', '1', '--output', file];
    const stopped = startVetted(center.home, ...command);
    await stuckWith(stopped);
    stopped.child.kill('SIGINT');
    expect(await stopped.ended).toEqual({
      exitCode: 130,
      stdout: '',
      stderr: 'vetted: Stopped before the end. Give the same command again to go on, or add --restart to begin anew.\n',
    });
    free();
    expect((await center.vetted(...command)).exitCode).toBe(0);
    expect(asked).toEqual(ids);
    const [, ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual(ids);
  });

  it('stops before a customer about whom the service is not reached, and asks about it again', async () => {
    let isLost = true;
    const center = await startPartnerCenter(({ url }) => {
      if (!url.endsWith('/qualifications')) {
        return json({ totalCount: ids.length, items: ids.map((id) => customer(id)) });
      }
      return isLost && url.includes('customer-12') ? { fault: 'cut' } : json([]);
    });
    const file = join(center.home, 'file.csv');
    const command = ['export', '--output', file, '--status', 'Denied', '--qualification', 'gcc'];
    const lost = await center.vetted(...command);
    expect([lost.exitCode, lost.stderr]).toEqual([
      1,
      expect.stringMatching(/^vetted: Stopped before the end\. Give the same command again.*\nvetted: .*customer-12/),
    ]);
    expect(JSON.parse(await readFile(progressFileOf(file), 'utf8'))).toMatchObject({
      place: { customers: 12, failed: 0 },
    });
    const other = await center.vetted('export', '--output', file);
    expect(other.stderr).toContain(
      'with other options: --format csv --status Denied --qualification GovernmentCommunityCloud, at',
    );
    isLost = false;
    const { exitCode, stderr } = await center.vetted(...command);
    expect([exitCode, stderr]).toEqual([0, `0 of 20 customers written to ${file}.\n`]);
    // Four tries of a call that is cut, with the waits between them.
  }, 60_000);

  it('leaves the terminal as it was where its reader has seen enough', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const center = await startPartnerCenter(({ url }) => {
      if (!url.endsWith('/qualifications')) {
        return json({ totalCount: ids.length, items: ids.map((id) => customer(id)) });
      }
      return url.includes('customer-12') ? released.then(() => json([])) : json([]);
    });
    const running = startWithBar(center.home, 'export', '--format', 'ndjson', '--concurrency', '2');
    await running.until(/customer-11"/);
    running.child.stdout.destroy();
    release();
    const { exitCode, stderr } = await running.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/of 20 customers.*\n$/);
    expect(stderr).not.toContain(WRAP_OFF);
  });

  it('ends the bar at the first Ctrl-C, also while nobody reads', async () => {
    const listed = { totalCount: 20, items: ids.map((id) => customer(id, 'Long '.repeat(100_000))) };
    const center = await startPartnerCenter(({ url }) => json(url.endsWith('/qualifications') ? [] : listed));
    const running = startWithBar(center.home, 'export');
    running.child.stdout.pause();
    await running.untilError(/of 20 customers/);
    running.child.kill('SIGINT');
    await running.untilError(/of 20 customers.*\n/);
    running.child.kill('SIGINT');
    running.child.stdout.destroy();
    expect((await running.ended).stderr).toMatch(/of 20 customers.*\n$/);
  });

  it('says on Ctrl-C that an export to stdout cannot be gone on with', async () => {
    const { center, stuckWith } = await centerThatIsStuckAt('customer-3');
    const stopped = startVetted(center.home, 'export', '--format', 'ndjson');
    await stuckWith(stopped);
    stopped.child.kill('SIGINT');
    const { exitCode, stderr } = await stopped.ended;
    expect([exitCode, stderr]).toEqual([
      130,
      'vetted: Stopped before the end. With --output <file>, the same command would go on where it stopped.\n',
    ]);
  });

  it('refuses to go on with other options, or with another service', async () => {
    const { center, stuckWith, free } = await centerThatIsStuckAt('customer-5');
    const file = join(center.home, 'file.csv');
    const stopped = startVetted(center.home, 'export', '--concurrency', '1', '--output', file);
    await stuckWith(stopped);
    stopped.child.kill('SIGTERM');
    await stopped.ended;
    free();
    const before = await readFile(file, 'utf8');
    const other = await center.vetted('export', '--output', file, '--status', 'Denied');
    expect([other.exitCode, other.stderr]).toEqual([
      2,
      expect.stringMatching(/ was begun with other options: --format csv, at http:\S+\. Give the same ones to go on/),
    ]);
    const { center: elsewhere, free: freeElsewhere } = await centerThatIsStuckAt('customer-0');
    freeElsewhere();
    const moved = await elsewhere.vetted('export', '--output', file);
    expect([moved.exitCode, moved.stderr]).toEqual([2, expect.stringContaining('was begun with other options')]);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect((await elsewhere.vetted('export', '--output', file, '--restart')).exitCode).toBe(0);
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(21);
  });

  it('draws a bar on a terminal where it does not disturb, and none where the customers scroll by', async () => {
    const { center, free } = await centerThatIsStuckAt('customer-0');
    free();
    const file = join(center.home, 'file.csv');
    const toFile = atTerminal(['export', '--output', file], { home: center.home });
    expect(await toFile.exitCode).toBe(0);
    expect(toFile.stderr()).toContain('20 of 20 customers');
    expect(toFile.stderr()).toContain(`20 customers written to ${file}.`);
    const toScreen = atTerminal(['export'], { home: center.home });
    expect(await toScreen.exitCode).toBe(0);
    expect([toScreen.stderr(), toScreen.stdout()]).toEqual(['', expect.stringContaining('customer-19,')]);
  });

  it.each(['csv', 'json', 'ndjson'])('lets no company steer the terminal by its name, in %s', async (format) => {
    const name = 'a\u001b[2Jb\u009b1mc\u202ed';
    const listed = { totalCount: 1, items: [customer('customer-0', name)] };
    const center = await startPartnerCenter(({ url }) => json(url.endsWith('/qualifications') ? [] : listed));
    const toScreen = atTerminal(['export', '--format', format], { home: center.home });
    expect(await toScreen.exitCode).toBe(0);
    expect(toScreen.stdout()).toContain('customer-0');
    expect(toScreen.stdout()).toBe(printable(toScreen.stdout()));
    expect((await center.vetted('export')).stdout).toContain(name);
  });

  it.each([
    [['--format', 'xlsx'], 'Allowed choices are csv, json, ndjson.'],
    [['--status', 'Lost'], 'Allowed choices are InReview, Approved, Denied.'],
    [['--qualification', 'edu'], 'Allowed choices are education, gcc, state-owned.'],
    [['--concurrency', '65'], 'It must be a whole number from 1 to 64.'],
    [['--output', '/'], 'vetted: --output: / cannot be written (EISDIR).'],
    [['--output', ''], 'It must name a file.'],
  ])('exits with 2 for %j', async (args, complaint) => {
    const { center } = await centerThatIsStuckAt('customer-0');
    const { exitCode, stderr } = await center.vetted('export', ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });
});

const ids = Array.from({ length: 20 }, (_, index) => `customer-${index}`);

/** A service with twenty customers that never answers about one of them until it is freed. */
async function centerThatIsStuckAt(stuckId: string) {
  const asked: string[] = [];
  let isFree = false;
  let reach = () => {};
  const stuck = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const center = await startPartnerCenter(({ url }) => {
    const [, id] = /^\/v1\/customers\/([^/]+)\/qualifications$/.exec(url) ?? [];
    if (id === undefined) return json({ totalCount: ids.length, items: ids.map((id) => customer(id)) });
    if (id === stuckId && !isFree) {
      reach();
      return { fault: 'silence' };
    }
    asked.push(id);
    return json([]);
  });
  /** Resolves once a command waits for that answer. */
  const stuckWith = (running: Running) => orEnded(stuck, running.ended);
  const free = () => {
    isFree = true;
  };
  return { center, asked, stuckWith, free };
}

function customer(id: string, companyName = `Company ${id}`) {
  return { id, companyProfile: { tenantId: id, domain: `${id}.example`, companyName } };
}
