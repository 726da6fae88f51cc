import { examples } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json } from '../../client/test/scripted-server.js';
import { type Desk, startDesk } from './desk-support.js';
import { startPartnerCenter } from './partner-center.js';
import { atTerminal } from './terminal.js';

const [approved, inReview, denied, stateOwned] = examples;

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const goOn = (customerId: string) => `Go on waiting with: npx vetted wait ${customerId} Education\n`;

const hint = (home: string) =>
  'A sandbox decides an hour later by its own clock where the website says how, else a reviewer decides. ' +
  `To move the clock, in a second terminal: VETTED_HOME=${home} npx vetted clock --advance 2h\n`;

describe('vetted wait', () => {
  it('exits with 0 where it was approved', async () => {
    expect(await desk.vetted('wait', approved.customerId, 'education')).toEqual({
      exitCode: 0,
      stdout: 'Qualification  Status    Requested (UTC)  Reason\nEducation      Approved\n',
      stderr: '',
    });
  });

  it('exits with 3 where it was denied, and prints why', async () => {
    const { exitCode, stdout, stderr } = await desk.vetted('wait', denied.customerId, 'Education', '--json');
    expect([exitCode, stderr]).toEqual([3, '']);
    expect(JSON.parse(stdout)).toEqual({
      qualification: 'Education',
      vettingStatus: 'Denied',
      vettingReason: 'Not an Education Customer',
      vettingCreatedDate: '2020-12-03T10:37:38.885Z',
    });
  });

  it('exits with 0 where nobody vets', async () => {
    const { exitCode, stdout } = await desk.vetted('wait', stateOwned.customerId, 'state-owned', '--json');
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { qualification: 'StateOwnedEntity' }]);
  });

  it('exits with 1 where it was never requested, and says so', async () => {
    const { exitCode, stdout, stderr } = await desk.vetted('wait', stateOwned.customerId, 'education');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^vetted: .+request it first \(fault NotRequested.*\)\.\n$/);
  });

  it('exits with 4 where there is no decision in the time that was given', async () => {
    expect(await desk.vetted('wait', inReview.customerId, 'education', '--timeout', '1s')).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: `${hint(desk.home)}vetted: There is no decision yet. ${goOn(inReview.customerId)}`,
    });
  });

  it('looks again after the interval', async () => {
    const answers = ['InReview', 'Approved'];
    const partnerCenter = await startPartnerCenter(() =>
      json([{ qualification: 'Education', vettingStatus: answers.shift() }]),
    );
    const customer = inReview.customerId;
    const { exitCode, stdout } = await partnerCenter.vetted(
      'wait',
      customer,
      'education',
      '--interval',
      '1s',
      '--json',
    );
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { qualification: 'Education', vettingStatus: 'Approved' }]);
    expect(answers).toEqual([]);
  });

  it('stops on SIGTERM as on Ctrl-C, with exit code 130', async () => {
    const customer = inReview.customerId;
    let looked = () => {};
    const hasLooked = new Promise<void>((resolve) => {
      looked = resolve;
    });
    const partnerCenter = await startPartnerCenter(() => {
      looked();
      return json([{ qualification: 'Education', vettingStatus: 'InReview' }]);
    });
    const waiting = partnerCenter.startVetted('wait', customer, 'education', '--timeout', '1h');
    await hasLooked;
    waiting.child.kill('SIGTERM');
    expect(await waiting.ended).toEqual({
      exitCode: 130,
      stdout: '',
      stderr: expect.stringMatching(`vetted: Stopped waiting; the vetting goes on. ${goOn(customer)}$`),
    });
  });
});

describe('vetted wait at a terminal', () => {
  it('says how things stand on one line, which is gone at the end', async () => {
    const { id, customerId } = await desk.submit('Contoso School');
    const terminal = atTerminal(['wait', customerId, 'education'], desk);
    await terminal.until(/Waiting for \d+ s: Education is InReview since \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    const token = await desk.userToken('reviewer');
    await desk.post(`/vetting/v1/reviews/${id}/decision`, { decision: 'Approved' }, { token });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.stdout()).toMatch(/^Education +Approved/m);
    // The hint stands above it.
    expect(terminal.stderr().replace(hint(desk.home), '')).not.toContain('\n');
    expect(terminal.stderr().endsWith('\r\u001b[K')).toBe(true);
  });

  it('cuts that line to a narrow terminal, but not how long it has waited', async () => {
    const { id, customerId } = await desk.submit('Contoso School');
    const terminal = atTerminal(['wait', customerId, 'education'], { ...desk, columns: 30 });
    await terminal.until(/Waiting for \d s: Education i…/);
    const token = await desk.userToken('reviewer');
    await desk.post(`/vetting/v1/reviews/${id}/decision`, { decision: 'Approved' }, { token });
    expect(await terminal.exitCode).toBe(0);
  });
});
