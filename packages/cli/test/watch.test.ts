import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json } from '../../client/test/scripted-server.js';
import { type Desk, startDesk } from './desk-support.js';
import { startPartnerCenter } from './partner-center.js';
import { atTerminal } from './terminal.js';

const PLACE = /^\d+ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gm;
const denial = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain' };

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

async function decide(reviewId: string, decision: object): Promise<void> {
  const token = await desk.userToken('reviewer');
  const { status, text } = await desk.post(`/vetting/v1/reviews/${reviewId}/decision`, decision, { token });
  expect(status, text).toBe(200);
}

describe('vetted watch', () => {
  it('prints each change with its id as it happens, and ends with 0 on Ctrl-C', async () => {
    const watching = desk.startVetted('watch');
    await watching.untilError(/^Watching for changes\. Press Ctrl-C to stop\.\n/);
    const { id, customerId } = await desk.submit('Contoso School');
    await watching.until(/InReview\n/);
    await decide(id, denial);
    await watching.until(/Denied/);
    watching.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await watching.ended;
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(PLACE, '<place>')).toBe(
      `<place>  ${customerId}  Education  InReview\n` +
        `<place>  ${customerId}  Education  InReview -> Denied  Not an Academic Domain\n`,
    );
    const [lastId] = stdout.split('\n').at(-2)?.split(' ') ?? [];
    expect(stderr).toMatch(new RegExp(`Go on after the last change with: npx vetted watch --since ${lastId}\n$`));
  });

  it('goes on after the change that --since names, and prints JSON, an object a line', async () => {
    const { id, customerId } = await desk.submit('Contoso School');
    const first = desk.startVetted('watch', '--since', '0', '--json');
    const [, since = ''] = await first.until(new RegExp(`^\\{"id":"(\\d+)","customerId":"${customerId}".*\\}\n`, 'm'));
    first.child.kill('SIGINT');
    await first.ended;
    await decide(id, denial);
    const second = desk.startVetted('watch', '--since', since, '--json');
    const [line] = await second.until(/^.*\n/);
    second.child.kill('SIGINT');
    expect(JSON.parse(line)).toEqual({
      id: expect.stringMatching(/^\d+$/),
      customerId,
      qualification: 'Education',
      from: 'InReview',
      vettingStatus: 'Denied',
      vettingReason: 'Not an Academic Domain',
      at: expect.stringMatching(/Z$/),
      correlationId: expect.any(String),
    });
    expect((await second.ended).exitCode).toBe(0);
  });

  it('says where it begins if the service has no change with the id of --since', async () => {
    const watching = desk.startVetted('watch', '--since', '999999');
    await watching.untilError(/^vetted: There is no change 999999 at this service: what follows begins after 0\.\n/);
    await watching.untilError(/Press Ctrl-C to stop/);
    watching.child.kill('SIGINT');
    expect((await watching.ended).stderr).not.toContain('--since 999999');
  });

  it('says that Partner Center has no stream', async () => {
    const partnerCenter = await startPartnerCenter(() => json([]));
    expect(await partnerCenter.vetted('watch')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'vetted: This service has no stream of changes; Partner Center has none. ' +
        'Wait for one decision with: npx vetted wait\n',
    });
  });

  it('folds a change on a narrow terminal', async () => {
    const { customerId } = await desk.submit('Contoso School');
    const terminal = atTerminal(['watch', '--since', '0'], { ...desk, columns: 66 });
    await terminal.printed(new RegExp(customerId));
    process.emit('SIGINT');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.stdout().replaceAll(PLACE, '<place>')).toContain(`<place>  ${customerId}\n  Education  InReview\n`);
  });
});
