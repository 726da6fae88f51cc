import type { Review, ReviewDetails, ReviewStep } from '@vetted/client';
import type { Output } from './io.js';
import { fields, printableLine, style, table } from './output.js';
import { dayOf, minuteOf } from './qualification-table.js';

// As wide as their contents, so that the pages of a long listing stand below each other.
const queueHead = ['Review                              ', 'Status  ', 'Due (UTC)   ', 'Company'];
const stepHead = ['When (UTC)', 'By', 'Status', 'Why'];

/** One page of the queue, an exclamation mark behind what is overdue. */
export function queue(reviews: readonly Review[], isFirst: boolean, stream: Output): string {
  return table(stream, isFirst ? queueHead : undefined, reviews.map(queueRow));
}

function queueRow({ id, status, dueAt, overdue, companyName }: Review): string[] {
  return [id, status, `${dayOf(dueAt)}${overdue ? ' !' : ''}`, companyName];
}

/** What a review is about: `Education for Litware Institute`. */
export function subjectOf({ qualification, companyName }: Review): string {
  return printableLine(`${qualification} for ${companyName}`);
}

/** A review, and how it stands. */
export function summary(review: Review, stream: Output): string {
  return `${style(stream, 'bold', subjectOf(review))}\n${fields(stream, membersOf(review))}`;
}

/** A review with all that a decision may rest on. */
export function details(review: ReviewDetails, stream: Output): string {
  return `${summary(review, stream)}\n\n${table(stream, stepHead, review.history.map(stepRow))}`;
}

function membersOf(review: Review): [string, string][] {
  const { status, attempt, version, submittedAt, submittedBy, dueAt, overdue, decidedAt, decidedBy } = review;
  const members: [string, string | undefined][] = [
    ['Status', `${status}, attempt ${attempt}, version ${version}`],
    ['Review', review.id],
    ['Customer', review.customerId],
    ['Domain', review.domain],
    ['Partner', review.partnerId],
    ['Segment', review.educationSegment],
    ['Website', review.website],
    ['Requested', `${minuteOf(submittedAt)} UTC${by(submittedBy)}`],
    ['Due', `${minuteOf(dueAt)} UTC${overdue ? ', overdue' : ''}`],
    ['Decided', decidedAt === undefined ? undefined : `${minuteOf(decidedAt)} UTC${by(decidedBy)}`],
    ['Reason', review.reason],
    ['Note', review.note],
  ];
  return members.filter((member): member is [string, string] => member[1] !== undefined && member[1] !== '');
}

/** Whoever did it, without the tenant before it: two GUIDs are wider than a line. JSON has both. */
function by(actor: string | undefined): string {
  return actor === undefined ? '' : ` by ${actor.replace(/^[\da-f-]{36}\//i, '')}`;
}

function stepRow({ at, by, from, to, reason, note }: ReviewStep): string[] {
  const why = [reason, note].filter((text) => text !== undefined).join('; ');
  return [minuteOf(at), by, change(from, to), why];
}

/** `InReview -> Denied`; the first step has no status before it, and where nobody vets there is none. */
function change(from: string | undefined, to: string | undefined): string {
  return from === undefined ? (to ?? '-') : `${from} -> ${to ?? '-'}`;
}
