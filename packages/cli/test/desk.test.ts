import type { Review } from '@vetted/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Desk, startDesk } from './desk-support.js';
import { atTerminal } from './terminal.js';

const ESCAPE = '\u001b';

let desk: Desk;
let review: Review;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());
beforeEach(async () => {
  review = await desk.submit('Litware School');
});

describe('vetted codes', () => {
  it('lists the validation codes with what is left of each', async () => {
    expect(await desk.vetted('codes')).toEqual({
      exitCode: 0,
      stdout:
        'Code    Left    Organization\n' +
        '12345   4 of 5  Contoso, Inc.\n' +
        '987654  5 of 5  Contoso, Inc. Finance Department\n',
      stderr: '',
    });
  });

  it('prints them as the service sent them', async () => {
    const { stdout } = await desk.vetted('codes', '--json');
    expect(JSON.parse(stdout)).toEqual((await desk.get('/v1/customers/all/validations')).body);
  });
});

describe('vetted reviews', () => {
  it('lists what is open, and marks what is overdue', async () => {
    const { exitCode, stdout, stderr } = await desk.vetted('reviews');
    expect([exitCode, stderr]).toEqual([0, '']);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toBe('Review                                Status    Due (UTC)     Company');
    expect(rows[0]).toMatch(/^[\da-f-]{36} {2}InReview {2}2020-12-08 ! {2}Fabrikam Academy$/);
    expect(rows).toContainEqual(
      expect.stringMatching(new RegExp(`^${review.id}  InReview  \\d{4}-\\d\\d-\\d\\d {4}Litware School$`)),
    );
  });

  it('narrows and sorts them as it is told, and says how many are left out', async () => {
    const all = ['reviews', '--status', 'all', '--sort', '-companyName', '--json'];
    const found: Review[] = JSON.parse((await desk.vetted(...all, '--partner', review.partnerId)).stdout);
    expect(found.map(({ status }) => status)).toEqual(expect.arrayContaining(['InReview', 'Approved', 'Denied']));
    expect(found.map(({ companyName }) => companyName).slice(0, 2)).toEqual([
      'Tailspin Training',
      'Northwind State University',
    ]);
    const [first] = found;
    const limited = await desk.vetted(...all, '--partner', review.partnerId, '--limit', '1');
    expect(JSON.parse(limited.stdout)).toEqual([first]);
    expect(limited.stderr).toBe(`1 of ${found.length} reviews are shown.\n`);
    const searched = await desk.vetted('reviews', '--search', review.customerId, '--json');
    expect(JSON.parse(searched.stdout)).toEqual([review]);
    expect((await desk.vetted('reviews', '--search', 'nobody')).stdout).toBe('There are no such reviews.\n');
  });

  it('shows one with every step, and --json behind show is that of show', async () => {
    const { stdout } = await desk.vetted('reviews', 'show', review.id);
    expect(stdout).toMatch(/^Education for Litware School\nStatus {5}InReview, attempt 1, version 1\n/);
    expect(stdout).toContain(`\nReview     ${review.id}\nCustomer   ${review.customerId}\n`);
    expect(stdout).toMatch(
      /\n\nWhen \(UTC\) {8}By {7}Status {4}Why\n\d{4}-\d\d-\d\d \d\d:\d\d {2}partner {2}InReview\n$/,
    );
    const json = await desk.vetted('reviews', 'show', review.id, '--json');
    expect(JSON.parse(json.stdout)).toEqual(await desk.review(review.id));
  });

  it('shows one on a terminal of 80 columns with a line for each field', async () => {
    await desk.vetted('decide', review.id, 'deny', '--reason-code', 'NotAnAcademicDomain', '--yes');
    const terminal = atTerminal(['reviews', 'show', review.id], desk);
    expect(await terminal.exitCode).toBe(0);
    const [head = ''] = terminal.stdout().split('\n\n');
    const names = head.split('\n').map((line) => /^(\w+) {2,}\S/.exec(line)?.[1]);
    const said = [
      'Status',
      'Review',
      'Customer',
      'Domain',
      'Partner',
      'Segment',
      'Requested',
      'Due',
      'Decided',
      'Reason',
    ];
    expect(names).toEqual([undefined, ...said]);
    const [, subject] = (await desk.review(review.id)).decidedBy?.split('/') ?? [];
    expect(head).toMatch(new RegExp(`^Decided {4}[\\d-]{10} [\\d:]{5} UTC by ${subject}$`, 'm'));
  });

  it('speaks of a review that is not there without the words of HTTP', async () => {
    const { exitCode, stderr } = await desk.vetted('reviews', 'show', review.customerId);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^vetted: The service does not have what was asked for: there is no review with this id \(fault 1000, /,
    );
  });

  it('fits into a terminal of 40 columns', async () => {
    const listed = atTerminal(['reviews'], { ...desk, columns: 40 });
    expect(await listed.exitCode).toBe(0);
    const shown = atTerminal(['reviews', 'show', review.id], { ...desk, columns: 40 });
    expect(await shown.exitCode).toBe(0);
    expect(listed.stdout()).toContain(`\n${review.id}\n  Status: InReview\n`);
    expect(shown.stdout()).toContain(`\nReview\n  ${review.id}\n`);
    const lines = `${listed.stdout()}${shown.stdout()}`.split('\n').filter((line) => !line.includes('/'));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
  });

  it('lets no company name steer the terminal', async () => {
    const { customerId } = await desk.submit(`Evil \u202eloohcS`);
    const { stdout } = await desk.vetted('reviews', '--search', customerId);
    expect(stdout).toContain('Evil \uFFFDloohcS\n');
  });

  it('takes an approval back', async () => {
    await desk.vetted('decide', review.id, 'approve', '--yes');
    const args = ['reviews', 'reopen', review.id, '--reason', 'The school has closed.'];
    const unasked = await desk.vetted(...args);
    expect([unasked.exitCode, unasked.stderr]).toEqual([2, expect.stringContaining('Nothing was taken back.')]);
    const terminal = atTerminal(args, desk);
    await terminal.until(/Take the approval of Education for Litware School back\? \[y\/N\]/);
    terminal.type('y\r');
    expect(await terminal.exitCode).toBe(0);
    expect(await desk.review(review.id)).toMatchObject({ status: 'Denied', note: 'The school has closed.' });
    const again = await desk.vetted(...args, '--yes');
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('(fault ReviewNotApproved')]);
  });
});

describe('vetted decide', () => {
  it('approves, and prints the review as it stands then', async () => {
    const { exitCode, stdout, stderr } = await desk.vetted('decide', review.id, 'approve', '--yes');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Education for Litware School\nStatus {5}Approved, attempt 1, version 2\n/);
    expect(await desk.qualificationsOf(review.customerId)).toMatchObject([{ vettingStatus: 'Approved' }]);
  });

  it('denies with a code in any letter case, words of its own, and a note for the desk', async () => {
    const words = ['--reason-code', 'OTHER', '--reason', 'It is a shop.', '--note', 'Seen by two.'];
    const { stdout } = await desk.vetted('decide', review.id, 'Deny', ...words, '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ reasonCode: 'Other', reason: 'It is a shop.', note: 'Seen by two.' });
    expect(await desk.qualificationsOf(review.customerId)).toMatchObject([{ vettingReason: 'It is a shop.' }]);
  });

  it('decides only the version that was seen', async () => {
    const args = ['decide', review.id, 'approve', '--yes', '--if-version'];
    const stale = await desk.vetted(...args, '2');
    expect([stale.exitCode, stale.stderr]).toEqual([
      1,
      expect.stringMatching(/^vetted: The review has another version by now\. .* decide anew \(fault VersionStale/),
    ]);
    expect((await desk.vetted(...args, '1')).exitCode).toBe(0);
  });

  it('decides nothing without a terminal unless --yes was given', async () => {
    expect(await desk.vetted('decide', review.id, 'approve')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'vetted: Nothing was decided. There is no terminal to ask at: add --yes to do it without a question.\n',
    });
    expect(await desk.review(review.id)).toMatchObject({ status: 'InReview', version: 1 });
  });

  it('shows the review at a terminal and asks, and decides only what it has shown', async () => {
    const terminal = atTerminal(['decide', review.id, 'deny', '--reason-code', 'NotAnAcademicDomain'], desk);
    await terminal.until(/Deny Education for Litware School\? \[y\/N\]/);
    expect(terminal.stderr()).toContain(review.customerId);
    await desk.vetted('decide', review.id, 'approve', '--yes');
    terminal.type('y\r');
    expect(await terminal.exitCode).toBe(1);
    expect(terminal.stderr()).toContain('(fault VersionStale');
    expect(await desk.review(review.id)).toMatchObject({ status: 'Approved' });
  });

  it('decides nothing where the answer is no', async () => {
    const terminal = atTerminal(['decide', review.id, 'approve'], desk);
    await terminal.until(/Approve Education for Litware School\? \[y\/N\]/);
    terminal.type('n\r');
    expect(await terminal.exitCode).toBe(1);
    expect(terminal.stderr()).toMatch(/vetted: Nothing was decided\.\n$/);
    expect(await desk.review(review.id)).toMatchObject({ status: 'InReview' });
  });

  it.each([
    [['approve', '--reason', 'Fine.'], '--reason-code and --reason go with deny'],
    [['deny'], 'deny needs a --reason-code: one of NotAnEducationCustomer, '],
    [['deny', '--reason-code', 'Other'], '--reason-code Other needs a --reason'],
    [['refuse'], 'Allowed choices are approve, deny.'],
    [['approve', '--if-version', '0'], 'It must be a whole number, at least 1.'],
  ])('exits with 2 for %j', async (args, complaint) => {
    const { exitCode, stdout, stderr } = await desk.vetted('decide', review.id, ...args, '--yes');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(complaint);
  });

  it('shows no colours in a pipe', async () => {
    expect((await desk.vetted('reviews', 'show', review.id)).stdout).not.toContain(ESCAPE);
  });
});
