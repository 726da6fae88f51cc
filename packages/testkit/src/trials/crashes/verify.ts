import type { Row } from '../../database-rows.js';
import { CREATES_A_CODE } from '../house.js';
import type { Arrival } from '../inbox.js';
import { type Contents, grouped } from './contents.js';
import { about, faultOf, type Ledger, shown, type Wish, type Write } from './ledger.js';
import { nothingYet, replay, type Standing } from './replay.js';

/** The database, and what was asked and heard outside of it. */
export interface Findings {
  readonly contents: Contents;
  readonly ledger: Ledger;
  readonly arrivals: readonly Arrival[];
}

/** What every customer has, by its history. */
export type Standings = (customerId: string) => Standing;

/**
 * Holds the database against what was asked and what was answered: every answered write is there, each is there once and
 * in all its places or in none, and nothing is there that nobody asked for.
 * @throws Error with the first thing that does not hold
 */
export function verify({ contents, ledger, arrivals }: Findings): Standings {
  const chains = grouped(contents.history, 'customer_id');
  const standings = new Map([...chains].map(([id, chain]) => [id, replay(chain)]));
  const standingOf = (customerId: string) => standings.get(customerId) ?? nothingYet();
  verifyWrites(contents, ledger, standingOf);
  verifyEvents(contents);
  verifyRows(contents, standings);
  verifyCodes(contents);
  verifyArrivals(contents.deliveries, arrivals);
  return standingOf;
}

function verifyWrites({ history, answers, codes }: Contents, { writes }: Ledger, standingOf: Standings): void {
  const steps = grouped(
    history.filter(({ subject }) => subject === 'qualification'),
    'correlation_id',
  );
  const recorded = new Map(answers.map((row) => [row.request_id, row]));
  const exhausted = new Set(codes.filter((code) => code.remaining_creates === 0).map((code) => code.organization_name));
  for (const write of writes) {
    const own = steps.get(write.correlationId) ?? [];
    verifyAnswer(write, own, recorded.get(write.requestId));
    const standing = standingOf(write.customerId);
    const fault = write.told && faultOf(write.told);
    const isThere = fault !== undefined || write.told === undefined || hasWish(write.wish, standing);
    hold(isThere, () => `${about(write)} was granted, and the customer does not have it`);
    const isJust = fault === undefined || isJustified(fault, write, standing, exhausted);
    hold(isJust, () => `${about(write)} was refused without a reason: ${write.told && shown(write.told)}`);
  }
  const asked = new Set(writes.map(({ correlationId }) => correlationId));
  for (const [id, [step]] of steps) hold(asked.has(id), () => `nobody asked for ${JSON.stringify(step)}`);
}

/** A write, its steps in the history and its recorded answer go together; one that nobody heard of may have none. */
function verifyAnswer(write: Write, steps: readonly Row[], recorded: Row | undefined): void {
  const { told, wish, customerId } = write;
  if (recorded === undefined) {
    hold(told === undefined, () => `${about(write)} was answered, and the answer is lost`);
    hold(steps.length === 0, () => `${about(write)} is in the history without its answer`);
    return;
  }
  const answer = { status: Number(recorded.status), text: String(recorded.body) };
  if (told !== undefined) {
    const isSame = told.status === answer.status && told.text === answer.text;
    hold(isSame, () => `${about(write)} was answered ${shown(told)}, and ${shown(answer)} is recorded`);
  }
  // What a customer has already is granted again without a step: StateOwnedEntity, where another write was first.
  const least = faultOf(answer) === undefined && wish !== 'StateOwnedEntity' ? 1 : 0;
  const most = faultOf(answer) === undefined ? 1 : 0;
  const isOnce = steps.length >= least && steps.length <= most;
  hold(isOnce, () => `${about(write)} was answered ${answer.status} and has ${steps.length} steps in the history`);
  const isOwn = steps.every((step) => step.customer_id === customerId);
  hold(isOwn, () => `${about(write)} has changed another customer`);
}

/** Whether a customer has, or has had, what was granted. */
function hasWish(wish: Wish, { attempts, cloudSince, isStateOwned }: Standing): boolean {
  if (wish === 'GovernmentCommunityCloud') return cloudSince !== null;
  if (wish === 'StateOwnedEntity') return isStateOwned;
  return attempts.length > 0;
}

/** Whether the rules can have refused this, by what has become of the customer since. */
function isJustified(fault: string, { wish, validationCode }: Write, standing: Standing, exhausted: Set<unknown>) {
  const { attempts, cloudSince } = standing;
  switch (fault) {
    case 'QualificationInReview':
      return attempts.length > 0;
    case 'QualificationApproved':
      return wish === 'Education' ? attempts.at(-1) === 'Approved' : cloudSince !== null;
    case 'QualificationsNotCombinable':
      return wish === 'Education' ? cloudSince !== null : attempts.length > 0;
    case 'VettingAttemptsExhausted':
      return attempts.length === 3 && attempts.at(-1) === 'Denied';
    case 'ValidationCodeExhausted':
      return exhausted.has(validationCode);
    case 'ReviewDecided':
      return attempts[0] !== 'InReview';
    default:
      return false;
  }
}

/** Each step has its event and its delivery, and events are numbered without a gap. */
function verifyEvents({ history, events, deliveries, partners }: Contents): void {
  const steps = history.filter(({ subject }) => subject === 'qualification');
  const told = (row: Row) => [row.correlation_id, row.customer_id, row.qualification, row.at].join(' ');
  const changes = (row: Row) => [told(row), row.from_status, row.to_status, row.reason].join(' ');
  holdSame('the history and the events', steps.map(changes), events.map(changes));
  const numbered = (row: Row) => `${row.sequence} ${told(row)}`;
  holdSame('the events and the deliveries', events.map(numbered), deliveries.map(numbered));
  for (const [index, { sequence }] of events.entries()) {
    hold(sequence === index + 1, () => `event ${index + 1} is missing`);
  }
  const [{ event_sequence: last } = {}] = partners;
  hold(last === events.length, () => `there are ${events.length} events, and the partner counts ${last}`);
}

/** What stands with the customer, and at the desk, is what the history has made of it. */
function verifyRows({ qualifications, reviews }: Contents, standings: ReadonlyMap<string, Standing>): void {
  const standing: string[] = [];
  const reviewed: string[] = [];
  for (const [id, { attempts, reason, attemptedAt, cloudSince, isStateOwned }] of standings) {
    const row = (...cells: unknown[]) => standing.push([id, ...cells].join(' '));
    if (attempts.length > 0) row('Education', attempts.at(-1), reason, attemptedAt, attempts.length);
    if (cloudSince !== null) row('GovernmentCommunityCloud', 'Approved', null, cloudSince, 1);
    if (isStateOwned) row('StateOwnedEntity', null, null, null, 1);
    for (const [index, status] of attempts.entries()) reviewed.push(`${id} ${index + 1} ${status}`);
  }
  holdSame(
    'the history and the qualifications',
    standing,
    qualifications.map((row) =>
      [
        row.customer_id,
        row.qualification,
        row.vetting_status,
        row.vetting_reason,
        row.vetting_created_date,
        row.attempts,
      ].join(' '),
    ),
  );
  holdSame(
    'the history and the reviews',
    reviewed,
    reviews.map((row) => [row.customer_id, row.attempt, row.status].join(' ')),
  );
}

function verifyCodes({ qualifications, codes }: Contents): void {
  const used = grouped(qualifications, 'validation_code_id');
  for (const { id, organization_name: code, remaining_creates } of codes) {
    const uses = used.get(String(id))?.length ?? 0;
    const left = CREATES_A_CODE - uses;
    hold(remaining_creates === left, () => `${code} was used ${uses} times and has ${remaining_creates} left`);
  }
}

/** What counts as delivered has arrived, and what came twice was the same. */
function verifyArrivals(deliveries: readonly Row[], arrivals: readonly Arrival[]): void {
  const bodies = new Map<string, string>();
  for (const { id, body } of arrivals) {
    hold((bodies.get(id) ?? body) === body, () => `webhook ${id} came with two different bodies`);
    bodies.set(id, body);
  }
  const ids = new Set(deliveries.map(({ id }) => id));
  for (const id of bodies.keys()) hold(ids.has(id), () => `webhook ${id} belongs to no event`);
  for (const { id, state } of deliveries) {
    hold(state === 'pending' || state === 'delivered', () => `webhook ${id} is ${state}`);
    hold(state === 'pending' || bodies.has(String(id)), () => `webhook ${id} counts as delivered and never came`);
  }
}

/** Both have the same lines, each as often. */
function holdSame(what: string, some: readonly string[], others: readonly string[]): void {
  const [one, other] = [some.toSorted(), others.toSorted()];
  const at = one.findIndex((line, index) => line !== other[index]);
  hold(at < 0 && one.length === other.length, () => {
    const place = at < 0 ? one.length : at;
    return `${what} differ (${one.length}, ${other.length}): ${one[place]} / ${other[place]}`;
  });
}

function hold(holds: boolean, otherwise: () => string): void {
  if (!holds) throw new Error(otherwise());
}
