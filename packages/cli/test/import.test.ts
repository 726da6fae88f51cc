import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examples, unqualified } from '@vetted/testkit';
import { describe, expect, it } from 'vitest';
import { json, type Received } from '../../client/test/scripted-server.js';
import {
  type Ask,
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
import { startSandbox, temporaryFolder, vetted } from './support.js';

const { litware, adventureWorks } = unqualified;
const [, inReview] = examples;
const HEADER = 'customerId,qualification,educationSegment,website,validationCode';

async function fileOf(home: string, ...rows: string[]): Promise<string> {
  const file = join(home, 'requests.csv');
  await writeFile(file, [HEADER, ...rows, ''].join('\n'));
  return file;
}

async function journalOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(`${file}.vetted-journal`, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Every step of a customer's Education: a request that took effect twice would have left two. */
async function stepsOf(ask: Ask, customerId: string): Promise<unknown> {
  return ask('GET', `/vetting/v1/customers/${customerId}/qualifications/Education/history`);
}

describe('vetted import, against a sandbox', () => {
  it('says in a dry run what would come of each row, and requests nothing', async () => {
    const sandbox = await startSandbox();
    const file = await fileOf(
      sandbox.home,
      `${litware.toUpperCase()},education,k12,litware.example.edu,`,
      `${adventureWorks},Education,HigherEducation,gmail.com,`,
      `${inReview.customerId},education,k12,,`,
      `${adventureWorks},gcc,,,no-such-code`,
    );
    const { exitCode, stdout, stderr } = await sandbox.vetted('import', file);
    expect(exitCode).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "line 2  71b473d5-c4a2-4381-82e5-809403c2d108  Education  ready
      line 3  60a362c4-b391-4270-91d4-7f8392b1c007  Education  ready
          The website is in another domain than the customer's tenant; make sure that it is the customer's. The website is that of a mail provider for everybody; give the customer's own.
      line 4  1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02  Education  blocked
          A review of this qualification is already open.
      line 5  60a362c4-b391-4270-91d4-7f8392b1c007  GovernmentCommunityCloud  blocked
          The validation code is not one of this partner's. List them at /v1/customers/all/validations.
      "
    `);
    expect(stderr).toMatchInlineSnapshot(`
      "2 ready, 2 blocked.
      This was a dry run: NOTHING WAS REQUESTED. To request, give the same command with --apply.
      "
    `);
    expect(await stepsOf(await asAgent(sandbox), litware)).toEqual([]);
    await expect(readFile(`${file}.vetted-journal`)).rejects.toThrow('ENOENT');
  });

  it('requests each row once, however often it is run, and says the same each time', async () => {
    const sandbox = await startSandbox();
    const file = await fileOf(
      sandbox.home,
      `${litware},education,k12,litware.example.edu,`,
      `${inReview.customerId},education,k12,,`,
      `${adventureWorks},gcc,,,98765`,
    );
    const first = await sandbox.vetted('import', file, '--apply', '--format', 'csv');
    expect(first).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('1 requested, 2 refused.') });
    expect(first.stdout).toMatch(new RegExp(`^2,${litware},Education,requested,InReview,$`, 'm'));
    expect(first.stdout).toMatch(new RegExp(`^3,${inReview.customerId},Education,refused,,.*already open`, 'm'));
    expect(await sandbox.vetted('import', file, '--apply', '--format', 'csv')).toEqual(first);
    expect(await stepsOf(await asAgent(sandbox), litware)).toHaveLength(1);

    const journal = `${file}.vetted-journal`;
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
    expect(await readFile(journal, 'utf8')).not.toContain('98765');
  });

  it('requests each customer exactly once, though it is killed again and again', async () => {
    const sandbox = await startSandbox();
    const ask = await asAgent(sandbox);
    const customers = await addCustomers(ask, 14);
    const file = await fileOf(sandbox.home, ...customers.map((id) => `${id},education,k12,example.edu,`));
    const journal = `${file}.vetted-journal`;
    // The request goes on in the service after the process that sent it is gone.
    await setFaults(ask, { method: 'POST', path: '/v1/customers/*/qualifications', delayMs: 150 });
    for (const lines of [2, 7, 12, 20]) {
      const killed = startVetted(sandbox.home, 'import', file, '--apply');
      await untilFile(journal, (text) => text.split('\n').length > lines, killed);
      killed.child.kill('SIGKILL');
      await killed.ended;
      await appendFile(journal, '{"row":"cut off in the mid');
    }
    const { exitCode, stderr } = await sandbox.vetted('import', file, '--apply');
    expect([exitCode, stderr]).toEqual([0, '14 requested.\n']);
    for (const id of customers) expect([id, await stepsOf(ask, id)]).toEqual([id, [expect.anything()]]);
    const begun = (await journalOf(file)).filter((entry) => 'begun' in entry);
    expect(new Set(begun.map(({ customerId }) => customerId)).size).toBe(begun.length);
    // Seven processes, one after the other.
  }, 180_000);

  it('requests each customer exactly once in two runs at the same time', async () => {
    const sandbox = await startSandbox();
    const ask = await asAgent(sandbox);
    const customers = await addCustomers(ask, 8);
    const file = await fileOf(sandbox.home, ...customers.map((id) => `${id},education,k12,example.edu,`));
    await setFaults(ask, { method: 'POST', path: '/v1/customers/*/qualifications', delayMs: 50 });
    const run = () => sandbox.vetted('import', file, '--apply');
    const once = { exitCode: 0, stderr: '8 requested.\n' };
    expect(await Promise.all([run(), run()])).toMatchObject([once, once]);
    expect(await run()).toMatchObject(once);
    for (const id of customers) expect([id, await stepsOf(ask, id)]).toEqual([id, [expect.anything()]]);
  }, 60_000);

  it('takes an edited row for another request, and sends a refused one anew only when told to', async () => {
    const sandbox = await startSandbox();
    const ask = await asAgent(sandbox);
    await ask('POST', `/v1/customers/${litware}/qualifications`, {
      qualification: 'Education',
      educationSegment: 'K12',
      website: 'denied.example.edu',
    });
    const file = await fileOf(sandbox.home, `${litware},education,k12,litware.example.edu,`);
    expect(await sandbox.vetted('import', file, '--apply')).toMatchObject({ exitCode: 1, stderr: '1 refused.\n' });
    await ask('POST', '/sandbox/v1/clock', { advance: 'PT2H' });

    expect(await sandbox.vetted('import', file, '--apply')).toMatchObject({ exitCode: 1, stderr: '1 refused.\n' });
    const dry = await sandbox.vetted('import', file, '--retry-refused');
    expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ready') });
    const anew = await sandbox.vetted('import', file, '--apply', '--retry-refused');
    expect(anew).toMatchObject({ exitCode: 0, stderr: '1 requested.\n' });

    await fileOf(sandbox.home, `${litware},education,higher,litware.example.edu,`);
    const edited = await sandbox.vetted('import', file);
    expect(edited.stdout).toContain('It was sent with other particulars on ');
    expect(edited.exitCode).toBe(1);
    const requestIds = (await journalOf(file)).flatMap(({ requestId }) => requestId ?? []);
    expect(new Set(requestIds).size).toBe(2);
  });
});

describe('vetted import, of a file that is wrong', () => {
  it('names the line of every problem, and asks the service for nothing', async () => {
    const center = await startPartnerCenter(() => json({}));
    const file = await fileOf(
      center.home,
      'fabrikam,edu,k13,,',
      `${litware},education,,,1`,
      `${litware},gcc,k12,,`,
      `${adventureWorks},state-owned,,,`,
      `${adventureWorks.toUpperCase()},StateOwnedEntity,,,`,
      `${litware},gcc`,
    );
    const { exitCode, stdout, stderr } = await center.vetted('import', file, '--apply');
    expect([exitCode, stdout, center.asked.length]).toEqual([2, '', 0]);
    expect(stderr.replaceAll(file, 'requests.csv')).toMatchInlineSnapshot(`
      "vetted: requests.csv cannot be used, and nothing was requested:
        line 2: customerId "fabrikam" is not a GUID
        line 2: qualification "edu" is none of education, gcc, state-owned
        line 2: educationSegment "k13" is none of k12, higher
        line 3: educationSegment is required for Education
        line 3: validationCode does not belong to a request for Education
        line 4: validationCode is required for GovernmentCommunityCloud
        line 4: educationSegment does not belong to a request for GovernmentCommunityCloud
        line 6: asks for the same as line 5
        line 7: has 2 cells where the header has 5
      "
    `);
  });

  it.each([
    ['an unknown column', 'customerId,qualification,webiste\n', 'line 1: column "webiste" is none of customerId'],
    ['one between semicolons', 'CUSTOMERID;Name\n', 'line 1: column "Name" is none of customerId'],
    ['no row', `${HEADER}\n`, 'it holds no request'],
    ['an open quotation mark', `${HEADER}\n"1\n`, 'is not CSV: a quotation mark above is never closed'],
  ])('refuses %s', async (_what, text, complaint) => {
    const folder = await temporaryFolder();
    const file = join(folder, 'requests.csv');
    await writeFile(file, text);
    const { exitCode, stderr } = await vetted(['import', file], { env: { VETTED_HOME: folder } });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });

  it.each(['requests.csv', 'requests.csv.vetted-journal'])('refuses to write the results over %s', async (output) => {
    const center = await startPartnerCenter(() => created);
    const file = await fileOf(center.home, ...rows);
    const before = await readFile(file, 'utf8');
    const { exitCode, stderr } = await center.vetted('import', file, '--apply', '--output', join(center.home, output));
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--output: the results would overwrite')]);
    expect([await readFile(file, 'utf8'), center.asked]).toEqual([before, []]);
  });

  it('exits with 2 where there is no such file', async () => {
    const { exitCode, stderr } = await vetted(['import', 'none.csv']);
    expect([exitCode, stderr]).toEqual([2, 'vetted: none.csv cannot be read: there is no such file.\n']);
  });

  it('exits with 2 for a folder', async () => {
    const folder = await temporaryFolder();
    const { exitCode, stderr } = await vetted(['import', folder]);
    expect([exitCode, stderr]).toEqual([2, `vetted: ${folder} is a folder. Name a file in it.\n`]);
  });
});

const ids = Array.from({ length: 6 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
const rows = ids.map((id) => `${id},education,k12,,`);
const isRequest = ({ method }: Received) => method === 'POST';
const created = json({ qualification: 'Education', vettingStatus: 'InReview' }, 201);

describe('vetted import, against Partner Center', () => {
  it('says in a dry run that nothing can be checked there', async () => {
    const center = await startPartnerCenter(() => json({}));
    const file = await fileOf(center.home, ...rows.slice(0, 1));
    const { exitCode, stdout } = await center.vetted('import', file, '--format', 'ndjson');
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      {
        line: 2,
        customerId: ids[0],
        qualification: 'Education',
        result: 'ready',
        detail: 'Not checked: this service offers no preflight.',
      },
    ]);
    expect(center.asked.map(({ url }) => url.startsWith('/vetting/v1/'))).toEqual([true]);
  });

  it('sends what failed again under the same request id, and nothing else', async () => {
    let isForbidden = true;
    const center = await startPartnerCenter(({ url }) =>
      isForbidden && url.includes(String(ids[2])) ? json({ code: 900329, description: 'App only' }, 403) : created,
    );
    const file = await fileOf(center.home, ...rows);
    const first = await center.vetted('import', file, '--apply');
    expect(first).toMatchObject({
      exitCode: 1,
      stderr: '5 requested, 1 failed. Give the same command again to go on.\n',
    });
    isForbidden = false;
    const results = join(center.home, 'results.csv');
    const second = await center.vetted('import', file, '--apply', '--output', results);
    expect(second).toEqual({ exitCode: 0, stdout: '', stderr: '6 requested.\n' });
    const [, ...lines] = (await readFile(results, 'utf8')).trim().split('\n');
    expect(lines).toEqual(ids.map((id, index) => `${index + 2},${id},Education,requested,InReview,`));
    const sent = center.asked.filter(isRequest);
    expect(sent).toHaveLength(7);
    expect(
      sent.filter(({ url }) => url.includes(String(ids[2]))).map(({ headers }) => headers['ms-requestid']),
    ).toEqual(Array(2).fill(sent.at(-1)?.headers['ms-requestid']));
  });

  it('ends where the token is not accepted, and goes on later', async () => {
    let isRefused = true;
    const center = await startPartnerCenter(() => (isRefused ? json({ code: 401 }, 401) : created));
    const file = await fileOf(center.home, ...rows);
    const first = await center.vetted('import', file, '--apply');
    expect(first).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('6 not come to') });
    isRefused = false;
    expect(await center.vetted('import', file, '--apply')).toMatchObject({ exitCode: 0, stderr: '6 requested.\n' });
  });

  it('waits on Ctrl-C for what is under way, begins no more, and goes on later', async () => {
    const answers: (() => void)[] = [];
    let arrive = () => {};
    const fourth = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const center = await startPartnerCenter(
      () =>
        new Promise((resolve) => {
          answers.push(() => resolve(created));
          if (answers.length === 4) arrive();
        }),
    );
    const file = await fileOf(center.home, ...rows);
    const stopped = startVetted(center.home, 'import', file, '--apply');
    await orEnded(fourth, stopped.ended);
    stopped.child.kill('SIGINT');
    await stopped.untilError(/Stopping once the requests under way are answered/);
    for (const answer of answers.splice(0)) answer();
    expect(await stopped.ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('4 requested, 2 not come to. Give the same command again to go on.\n'),
    });
    expect(center.asked.filter(isRequest)).toHaveLength(4);
  });

  it('leaves the terminal as it was after a second Ctrl-C', async () => {
    const [first = ''] = ids;
    const center = await startPartnerCenter(({ url }) => (url.includes(first) ? created : { fault: 'silence' }));
    const file = await fileOf(center.home, ...rows);
    const stopped = startWithBar(center.home, 'import', file, '--apply');
    await stopped.untilError(/1 of 6 rows/);
    stopped.child.kill('SIGINT');
    await stopped.untilError(/Stopping once/);
    stopped.child.kill('SIGINT');
    const { stderr } = await stopped.ended;
    expect(stderr).toMatch(/1 of 6 rows.*\nvetted: Stopping once .* stops at once\.\n$/);
    expect(stderr).not.toContain(WRAP_OFF);
  });

  it.each([
    ['it had', [{ qualification: 'Education', vettingStatus: 'Denied', vettingCreatedDate: '2020-01-05' }], 0],
    [
      'it had none since',
      [{ qualification: 'Education', vettingStatus: 'Denied', vettingCreatedDate: '2019-01-05' }],
      1,
    ],
    ['it had none at all', [], 1],
  ])('looks whether a request had an effect that the service no longer knows by its id: %s', async (_, found, sent) => {
    let isForbidden = true;
    const center = await startPartnerCenter(({ method }) => {
      if (method === 'GET') return json(found);
      return isForbidden ? json({}, 403) : created;
    });
    const file = await fileOf(center.home, ...rows.slice(0, 1));
    const journal = `${file}.vetted-journal`;
    await center.vetted('import', file, '--apply');
    isForbidden = false;
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.replace(/"begun":"[^"]+"/, '"begun":"2020-01-05T00:00:00.000Z"'));
    expect(await center.vetted('import', file, '--apply')).toMatchObject({ exitCode: 0, stderr: '1 requested.\n' });
    expect(center.asked.filter(isRequest)).toHaveLength(1 + sent);
  });

  it('goes on with the other rows where it cannot be looked up what came of one', async () => {
    const center = await startPartnerCenter(({ method, url }) => {
      if (method === 'GET') return json({ code: 60003, description: 'Customer not found' }, 404);
      return url.includes(String(ids[0])) ? json({}, 403) : created;
    });
    const file = await fileOf(center.home, ...rows.slice(0, 1));
    const journal = `${file}.vetted-journal`;
    await center.vetted('import', file, '--apply');
    await writeFile(
      journal,
      (await readFile(journal, 'utf8')).replace(/"begun":"[^"]+"/, '"begun":"2020-01-05T00:00:00.000Z"'),
    );
    await fileOf(center.home, ...rows);
    const { exitCode, stdout, stderr } = await center.vetted('import', file, '--apply');
    expect([exitCode, stderr]).toEqual([1, '5 requested, 1 failed. Give the same command again to go on.\n']);
    expect(stdout).toContain('Customer not found');
    expect((await journalOf(file)).filter((entry) => 'result' in entry)).toHaveLength(5);
  });

  it('keeps a validation code that the service repeats out of the journal', async () => {
    const center = await startPartnerCenter(() => json({ code: 400, description: 'The code 98765 is used up.' }, 400));
    const file = await fileOf(center.home, `${ids[0]},gcc,,,98765`);
    const { stdout } = await center.vetted('import', file, '--apply');
    expect(stdout).toContain('The code (the code) is used up');
    expect(await readFile(`${file}.vetted-journal`, 'utf8')).not.toContain('98765');
  });

  it('does not exit with 0 where its reader leaves before the end', async () => {
    let release = () => {};
    const left = new Promise<void>((resolve) => {
      release = resolve;
    });
    const center = await startPartnerCenter(async ({ url }) => {
      if (!url.includes(String(ids[0]))) await left;
      return created;
    });
    const file = await fileOf(center.home, ...rows);
    const running = startVetted(center.home, 'import', file, '--apply');
    await running.until(/line 2 /);
    running.child.stdout.destroy();
    release();
    expect((await running.ended).exitCode).toBe(1);
  });

  it('refuses the journal of another service, and one that is damaged', async () => {
    const center = await startPartnerCenter(() => created);
    const file = await fileOf(center.home, ...rows);
    await center.vetted('import', file, '--apply');
    const elsewhere = await startPartnerCenter(() => created);
    const other = await elsewhere.vetted('import', file, '--apply');
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is about requests to http://127.0.0.1'),
    });
    expect(elsewhere.asked).toEqual([]);
    const own = await elsewhere.vetted('import', file, '--apply', '--journal', join(elsewhere.home, 'own'));
    expect(own.exitCode).toBe(0);
    await appendFile(`${file}.vetted-journal`, '{}\n');
    const damaged = await center.vetted('import', file);
    expect(damaged).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('line 14 is none of its lines') });
  });
});
