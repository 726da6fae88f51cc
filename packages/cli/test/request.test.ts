import { examples } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../client/test/scripted-server.js';
import { type Desk, startDesk } from './desk-support.js';
import { startPartnerCenter } from './partner-center.js';
import { vetted } from './support.js';
import { atTerminal } from './terminal.js';

const [approved] = examples;
const DATE = /\d{4}-\d\d-\d\d \d\d:\d\d/;
const warning =
  "warning  The website is in another domain than the customer's tenant; make sure that it is the customer's. " +
  '(WebsiteDomainDiffers)\n';

let desk: Desk;
let customer: string;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());
beforeEach(async () => {
  customer = await desk.newCustomer();
});

const good = (...args: string[]) => [
  ...['request', customer, 'education', '--segment', 'k12', '--website', 'www.school.example.edu'],
  ...args,
];
const doubtful = (...args: string[]) => [
  ...['request', customer, 'education', '--segment', 'higher', '--website', 'www.other.example.net'],
  ...args,
];

describe('vetted request', () => {
  it('requests Education, prints what came of it, and says how to wait', async () => {
    const { exitCode, stdout, stderr } = await desk.vetted(...good());
    expect([exitCode, stderr]).toEqual([0, `Wait for the decision with: npx vetted wait ${customer} Education\n`]);
    expect(stdout.replace(DATE, '<date>')).toBe(
      'Qualification  Status    Requested (UTC)   Reason\nEducation      InReview  <date>\n',
    );
    expect(await desk.qualificationsOf(customer)).toMatchObject([
      { qualification: 'Education', vettingStatus: 'InReview' },
    ]);
  });

  it('prints the object as the service sent it', async () => {
    const { stdout, stderr } = await desk.vetted(...good('--json'));
    expect(stderr).toBe('');
    expect([JSON.parse(stdout)]).toEqual(await desk.qualificationsOf(customer));
  });

  it('takes short and full names in any letter case', async () => {
    const gcc = await desk.vetted('request', customer, 'GCC', '--code', '987654', '--json');
    expect(JSON.parse(gcc.stdout)).toMatchObject({ vettingStatus: 'Approved' });
    const owned = await desk.vetted('request', customer, 'stateownedentity', '--json');
    expect(JSON.parse(owned.stdout)).toEqual({ qualification: 'StateOwnedEntity' });
    const other = await desk.newCustomer();
    const higher = ['request', other, 'EDUCATION', '--segment', 'HigherEducation', '--json'];
    expect(JSON.parse((await desk.vetted(...higher)).stdout)).toMatchObject({ vettingStatus: 'InReview' });
  });

  it('requests nothing that the service would refuse, also with --yes, and says why', async () => {
    const args = ['request', approved.customerId, 'gcc', '--code', '12345', '--yes'];
    expect(await desk.vetted(...args)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'error  Education and GovernmentCommunityCloud cannot stand together, and the other one is in review or ' +
        'approved. (QualificationsNotCombinable)\nvetted: Nothing was requested. The service would refuse it.\n',
    });
  });

  it('requests nothing with warnings where there is no terminal to ask at, unless --yes was given', async () => {
    expect(await desk.vetted(...doubtful())).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        `${warning}vetted: Nothing was requested. There is no terminal to ask at: ` +
        'add --yes to do it without a question.\n',
    });
    expect(await desk.qualificationsOf(customer)).toEqual([]);
    const sure = await desk.vetted(...doubtful('--yes', '--json'));
    expect([sure.exitCode, sure.stderr]).toEqual([0, warning]);
    expect(await desk.qualificationsOf(customer)).toHaveLength(1);
  });

  it('reads the code from stdin, so that the list of processes does not show it', async () => {
    const piped = (stdin: string) =>
      vetted(['request', customer, 'gcc', '--code', '-', '--json'], { env: { VETTED_HOME: desk.home }, stdin });
    expect(await piped('\n')).toMatchObject({ exitCode: 2, stderr: 'vetted: There is no validation code on stdin.\n' });
    const { exitCode, stdout } = await piped('987654\r\n');
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { vettingStatus: 'Approved' }]);
  });

  it('names the command that lists the codes for one that is unknown', async () => {
    const { exitCode, stderr } = await desk.vetted('request', customer, 'gcc', '--code', 'nope');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('List them with: npx vetted codes (ValidationCodeUnknown)\n');
  });

  it("names a customer that is not the partner's as the service does", async () => {
    const { exitCode, stderr } = await desk.vetted('request', crypto.randomUUID(), 'state-owned');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('This partner has no customer with this customer tenant id (fault 60003');
  });
});

describe('vetted request at a terminal', () => {
  it.each([
    ['y', 0, 1],
    ['YES', 0, 1],
    ['', 1, 0],
    ['n', 1, 0],
    ['yep', 1, 0],
  ])('asks where there are warnings, and takes %j for an answer', async (answer, exitCode, requested) => {
    const terminal = atTerminal(doubtful(), desk);
    await terminal.until(/Request Education anyway\? It takes one of 3 attempts that are left\. \[y\/N\]/);
    terminal.type(`${answer}\r`);
    expect(await terminal.exitCode).toBe(exitCode);
    expect(await desk.qualificationsOf(customer)).toHaveLength(requested);
    if (requested === 0) expect(terminal.stderr()).toContain('vetted: Nothing was requested.\n');
  });

  it.each([
    ['Ctrl-C', '\u0003', 130],
    ['Ctrl-D', '\u0004', 1],
  ])('requests nothing on %s', async (_name, key, exitCode) => {
    const terminal = atTerminal(doubtful(), desk);
    await terminal.until(/\[y\/N\]/);
    terminal.type(key);
    expect(await terminal.exitCode).toBe(exitCode);
    expect(terminal.stderr()).toContain('vetted: Nothing was requested.\n');
    expect(await desk.qualificationsOf(customer)).toEqual([]);
  });

  it('asks for the code that is not to be typed with the command', async () => {
    const terminal = atTerminal(['request', customer, 'gcc', '--code', '-', '--json'], desk);
    await terminal.until(/Validation code: /);
    terminal.type('987654\r');
    expect(await terminal.exitCode).toBe(0);
    expect(JSON.parse(terminal.stdout())).toMatchObject({ vettingStatus: 'Approved' });
  });

  it('requests nothing on Ctrl-C instead of a code', async () => {
    const terminal = atTerminal(['request', customer, 'gcc', '--code', '-'], desk);
    await terminal.until(/Validation code: /);
    terminal.type('\u0003');
    expect(await terminal.exitCode).toBe(130);
    expect(await desk.qualificationsOf(customer)).toEqual([]);
  });

  it('asks nothing where there is nothing to warn of', async () => {
    const terminal = atTerminal(good(), desk);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.stderr()).not.toContain('[y/N]');
  });

  it('fits warnings into a narrow terminal', async () => {
    const terminal = atTerminal(doubtful('--yes'), { ...desk, columns: 40 });
    expect(await terminal.exitCode).toBe(0);
    const [shown = ''] = terminal.stderr().split('Wait for');
    expect(Math.max(...shown.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(40);
    expect(shown.replaceAll(/\s+/g, ' ').trim()).toBe(warning.replaceAll(/\s+/g, ' ').trim());
  });
});

describe('vetted request --wait', () => {
  it.each([
    ['approved.example.edu', 0, 'Education      Approved  <date>\n'],
    ['not-academic.example.edu', 3, 'Education      Denied  <date>  Not an Academic Domain\n'],
  ])('prints the decision as soon as it is made: %s exits with %i', async (website, exitCode, row) => {
    const args = ['request', customer, 'education', '--segment', 'k12', '--website', website, '--wait'];
    const waiting = desk.startVetted(...args);
    await waiting.untilError(/Education is requested\. Ctrl-C stops waiting for the decision, not the vetting\.\n/);
    await waiting.untilError(/in a second terminal: VETTED_HOME=\S+ npx vetted clock --advance 2h\n/);
    expect(await desk.vetted('clock', '--advance', '2h')).toMatchObject({ exitCode: 0 });
    const ended = await waiting.ended;
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stdout.replace(DATE, '<date>').split('\n').slice(1).join('\n')).toBe(row);
  });

  it('has what nobody vets at once', async () => {
    const { exitCode, stdout } = await desk.vetted('request', customer, 'state-owned', '--wait', '--json');
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { qualification: 'StateOwnedEntity' }]);
  });

  it('stops waiting on Ctrl-C, with exit code 130, and says how to go on', async () => {
    const waiting = desk.startVetted(...good('--wait'));
    await waiting.untilError(/is requested/);
    waiting.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await waiting.ended;
    expect([exitCode, stdout]).toEqual([130, '']);
    expect(stderr).toContain(
      `vetted: Stopped waiting; the vetting goes on. Go on waiting with: npx vetted wait ${customer} Education\n`,
    );
    expect(await desk.qualificationsOf(customer)).toMatchObject([{ vettingStatus: 'InReview' }]);
  });
});

describe('vetted request against Partner Center', () => {
  it('requests at once where no preflight is offered', async () => {
    const created = {
      qualification: 'Education',
      vettingStatus: 'InReview',
      vettingCreateDate: '2026-03-02T09:00:00Z',
    };
    const partnerCenter = await startPartnerCenter(() => json(created, 201));
    const { exitCode, stdout } = await partnerCenter.vetted(...doubtful('--json'));
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, created]);
    expect(partnerCenter.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /vetting/v1/customers/${customer}/preflight`,
      `POST /v1/customers/${customer}/qualifications`,
    ]);
    expect(JSON.parse(partnerCenter.asked[1]?.body ?? '')).toEqual({
      qualification: 'Education',
      educationSegment: 'HigherEducation',
      website: 'www.other.example.net',
    });
  });

  it('passes on why the request was refused', async () => {
    const refusal = { code: '600049', description: 'The code is used up.', data: [], source: 'PartnerFD' };
    const partnerCenter = await startPartnerCenter(() => json(refusal, 409));
    const { exitCode, stdout, stderr } = await partnerCenter.vetted('request', customer, 'gcc', '--code', '1');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^vetted: The code is used up \(fault 600049, correlation id .+\)\.\n$/);
  });
});
