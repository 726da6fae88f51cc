import { DateTime, Duration } from 'luxon';
import { type Clock, timestamp } from '../domain/clock.js';
import { Refusal } from '../domain/refusal.js';
import type { Store } from '../domain/store.js';
import { type Answer, answerOnce } from '../http/answer-once.js';
import { sampleData } from './sample-data.js';

const SETTING = 'sandbox.clock';
const MAX_YEARS_AHEAD = 10;

/** What is done after the clock was moved, before its mover gets an answer. */
export type AdvanceListener = () => Promise<void>;

/**
 * The service's clock in sandbox mode: another clock, and how far it was moved ahead of it. That much is kept in the
 * database and read at the start, so that the time never goes back. Of several processes on one database only the one
 * that is asked moves at once, the others at their next start.
 */
export class SandboxClock {
  readonly #base: Clock;
  readonly #listeners = new Set<AdvanceListener>();
  #offsetInMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(base: Clock) {
    this.#base = base;
  }

  /** The time, as every part of the service reads it. */
  readonly now: Clock = () => new Date(this.#base().getTime() + this.#offsetInMs);

  /** Goes on from where the database's sandbox was moved to. */
  async restore(store: Store): Promise<void> {
    this.#offsetInMs = Number(await store.transaction((transaction) => transaction.setting(SETTING, '0')));
  }

  /**
   * Moves the clock by an ISO 8601 duration, and answers the new time once all listeners are done: a refusal where it
   * does not lead forwards, or leads too far. The same request id moves once. Moves asked for at once are made one after
   * the other.
   * @throws Refusal InputInvalid where it is no duration, RequestIdReused
   */
  advance(duration: string, store: Store, requestId?: string): Promise<Answer> {
    const moved = this.#turn.then(() => this.#advance(duration, store, requestId));
    this.#turn = moved.catch(() => {});
    return moved;
  }

  /** Has the listener called after each move. Gives a function that ends it. */
  onAdvance(listener: AdvanceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #advance(duration: string, store: Store, requestId: string | undefined): Promise<Answer> {
    const base = this.#base();
    const now = new Date(base.getTime() + this.#offsetInMs);
    const target = targetOf(duration, now);
    const problem = problemOf(target, now, base);
    // Dated by where it leads: by its own start it might be forgotten at once.
    const at = timestamp(problem === undefined ? target : now);
    const once = { tenantId: sampleData.operator.tenantId, requestId, facts: ['sandbox clock', duration], at };
    let offset = this.#offsetInMs;
    const answer = await store.transaction((transaction) =>
      answerOnce(transaction, once, async () => {
        if (problem !== undefined) throw wrong(problem);
        offset = target.getTime() - base.getTime();
        await transaction.saveSetting(SETTING, String(offset));
        return { status: 200, body: JSON.stringify({ now: at, advanced: duration }) };
      }),
    );
    this.#offsetInMs = offset;
    await Promise.all([...this.#listeners].map((listener) => listener()));
    return answer;
  }
}

/** Where a duration leads: calendar units are added in UTC, whatever the machine's time zone. */
function targetOf(text: string, now: Date): Date {
  const duration = Duration.fromISO(text);
  if (!duration.isValid) throw wrong('must be an ISO 8601 duration, such as P3D or PT90M');
  return utc(now).plus(duration).toJSDate();
}

function problemOf(target: Date, now: Date, base: Date): string | undefined {
  if (target.getTime() <= now.getTime()) return 'must be more than zero: the clock only goes forwards';
  const latest = utc(base).plus({ years: MAX_YEARS_AHEAD }).toJSDate();
  // A duration that leads beyond what a date can hold gives none, which is not before anything.
  if (target.getTime() <= latest.getTime()) return undefined;
  return `leads too far: all advances together come to at most ${MAX_YEARS_AHEAD} years`;
}

function utc(at: Date): DateTime {
  return DateTime.fromJSDate(at, { zone: 'utc' });
}

function wrong(reason: string): Refusal {
  return new Refusal('InputInvalid', [{ name: 'advance', reason }]);
}
