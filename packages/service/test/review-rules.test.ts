import { denialCodes, vettingReasons } from '@vetted/contract';
import { describe, expect, it } from 'vitest';
import type { Review } from '../src/domain/review.js';
import {
  decided,
  decisionProblems,
  dueDate,
  isOverdue,
  mayDecide,
  mayReopen,
  openReview,
  reopened,
  vettingAfter,
} from '../src/domain/review.rules.js';

const submitter = 'tenant/submitter';
const reviewer = { id: 'operator/reviewer', at: '2026-03-04T10:00:00.000Z' };
const vetting = {
  qualification: 'Education',
  vettingStatus: 'InReview',
  attempts: 2,
  educationSegment: 'K12',
  website: 'example.edu',
} as const;
const open: Review = openReview(
  {
    id: 'review',
    partnerId: 'tenant',
    customerId: 'customer',
    submittedAt: '2026-03-02T09:00:00.000Z',
    submittedBy: submitter,
  },
  vetting,
);
const approved = decided(open, { decision: 'Approved' }, reviewer);
const denied = decided(open, { decision: 'Denied', reasonCode: 'NotAnEligibleMuseum' }, reviewer);

describe('a review is due', () => {
  it.each([
    ['Monday', '2026-03-02T09:00:00.000Z', '2026-03-05T09:00:00.000Z'],
    ['Tuesday', '2026-03-03T09:00:00.000Z', '2026-03-06T09:00:00.000Z'],
    ['Wednesday', '2026-03-04T09:00:00.000Z', '2026-03-09T09:00:00.000Z'],
    ['Thursday', '2026-03-05T09:00:00.000Z', '2026-03-10T09:00:00.000Z'],
    ['Friday', '2026-03-06T09:00:00.000Z', '2026-03-11T09:00:00.000Z'],
    ['Saturday', '2026-03-07T09:00:00.000Z', '2026-03-11T09:00:00.000Z'],
    ['Sunday', '2026-03-08T09:00:00.000Z', '2026-03-11T09:00:00.000Z'],
  ])('three business days after a %s', (_, submittedAt, dueAt) => {
    expect(dueDate(submittedAt)).toBe(dueAt);
  });

  it.each([
    ['the end of a month', '2026-04-29T23:59:59.999Z', '2026-05-04T23:59:59.999Z'],
    ['the end of a year', '2026-12-30T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['the 29th of February', '2028-02-28T12:30:00.000Z', '2028-03-02T12:30:00.000Z'],
    ['the end of a February without a 29th', '2026-02-26T12:30:00.000Z', '2026-03-03T12:30:00.000Z'],
    ['a change to summer time', '2026-03-27T01:30:00.000Z', '2026-04-01T01:30:00.000Z'],
  ])('at the time of day of its submission across %s', (_, submittedAt, dueAt) => {
    expect(dueDate(submittedAt)).toBe(dueAt);
  });

  it('by the weekday in UTC, wherever it was submitted', () => {
    expect(dueDate('2026-03-06T23:00:00.000-05:00')).toBe('2026-03-11T04:00:00.000Z');
  });
});

describe('a review is overdue', () => {
  const [before, after] = ['2026-03-05T09:00:00.000Z', '2026-03-05T09:00:00.001Z'];

  it('after its due date, and not at it', () => {
    expect([isOverdue(open, before), isOverdue(open, after)]).toEqual([false, true]);
  });

  it('no longer once it is decided', () => {
    expect([isOverdue(approved, after), isOverdue(denied, after)]).toEqual([false, false]);
  });
});

describe('a decision taken by itself', () => {
  it.each(denialCodes.filter((code) => code !== 'Other'))('may deny with %s and no text', (reasonCode) => {
    expect(decisionProblems({ decision: 'Denied', reasonCode })).toEqual([]);
  });

  it.each<[string, Parameters<typeof decisionProblems>[0], readonly string[]]>([
    ['a denial without a code', { decision: 'Denied' }, ['reasonCode']],
    ['a denial with a text and no code', { decision: 'Denied', reason: 'No.' }, ['reasonCode']],
    ['Other without a text', { decision: 'Denied', reasonCode: 'Other' }, ['reason']],
    ['an approval with a code', { decision: 'Approved', reasonCode: 'NotAnAcademicDomain' }, ['reasonCode']],
    ['an approval with a text', { decision: 'Approved', reason: 'Yes.' }, ['reason']],
    ['an approval with both', { decision: 'Approved', reasonCode: 'Other', reason: 'Yes.' }, ['reasonCode', 'reason']],
  ])('is wrong as %s', (_, decision, names) => {
    expect(decisionProblems(decision).map(({ name }) => name)).toEqual(names);
  });

  it('may carry a note either way', () => {
    const problems = [
      decisionProblems({ decision: 'Approved', note: 'Seen.' }),
      decisionProblems({ decision: 'Denied', reasonCode: 'Other', reason: 'No.', note: 'Seen.' }),
    ];
    expect(problems).toEqual([[], []]);
  });
});

describe('a review may be changed', () => {
  const theSubmitter = { ...reviewer, id: submitter };

  it.each<[string, typeof mayDecide, Review, string]>([
    ['decided while it is open', mayDecide, open, 'ok'],
    ['decided no more once approved', mayDecide, approved, 'ReviewDecided'],
    ['decided no more once denied', mayDecide, denied, 'ReviewDecided'],
    ['reopened not while it is open', mayReopen, open, 'ReviewNotApproved'],
    ['reopened once approved', mayReopen, approved, 'ok'],
    ['reopened not once denied', mayReopen, denied, 'ReviewNotApproved'],
  ])('%s', (_, may, review, verdict) => {
    expect(may(review, reviewer)).toBe(verdict);
  });

  it.each([mayDecide, mayReopen])('never by the person who submitted it', (may) => {
    for (const review of [open, approved, denied]) expect(may(review, theSubmitter, [99])).toBe('RoleMissing');
  });

  it.each([mayDecide, mayReopen])('not by another version, whether or not it is decided', (may) => {
    for (const review of [open, approved, denied]) expect(may(review, reviewer, [99, 98])).toBe('VersionStale');
  });

  it('by any of the versions that are named', () => {
    expect([mayDecide(open, reviewer, [7, 1]), mayReopen(approved, reviewer, [2])]).toEqual(['ok', 'ok']);
  });
});

describe('a decision', () => {
  it.each(denialCodes.filter((code) => code !== 'Other'))('tells the documented text of %s', (reasonCode) => {
    expect(decided(open, { decision: 'Denied', reasonCode }, reviewer).reason).toBe(vettingReasons[reasonCode]);
  });

  it("tells the reviewer's own text where there is one, to the letter", () => {
    const reason = '  Not on the state list. ';
    expect(decided(open, { decision: 'Denied', reasonCode: 'NotAnAcademicDomain', reason }, reviewer)).toMatchObject({
      reason,
      reasonCode: 'NotAnAcademicDomain',
    });
  });

  it('leaves an approval without reason, code and note, and counts the version', () => {
    expect(approved).toEqual({
      ...open,
      status: 'Approved',
      decidedAt: reviewer.at,
      decidedBy: reviewer.id,
      version: 2,
    });
  });

  it('taken back is a denial that keeps its reason at the desk', () => {
    expect(reopened(approved, 'The school has closed.', reviewer)).toEqual({
      ...approved,
      status: 'Denied',
      reason: 'No longer an Education Customer',
      reasonCode: 'NoLongerAnEducationCustomer',
      note: 'The school has closed.',
      version: 3,
    });
  });

  it('changes the status and the reason of the qualification, and nothing else', () => {
    const after = vettingAfter(denied, vetting);
    expect(after).toEqual({ ...vetting, vettingStatus: 'Denied', vettingReason: 'Not an eligible Museum' });
    expect(vettingAfter(approved, after)).toEqual({ ...vetting, vettingStatus: 'Approved' });
  });
});
