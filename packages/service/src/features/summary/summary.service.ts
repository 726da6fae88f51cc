import { OVERVIEW_DAYS, type VettingOverview } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp, timestampAfter } from '../../domain/clock.js';
import { Refusal } from '../../domain/refusal.js';
import type { DecisionDay } from '../../domain/review.js';
import type { Store } from '../../domain/store.js';

const DAY_IN_MS = 86_400_000;
const THIRTY_DAYS_IN_MS = 30 * DAY_IN_MS;
const HOUR_IN_MS = 3_600_000;

export interface SummaryService {
  get(caller: Caller): Promise<VettingOverview>;
}

export function summaryService({ reads }: Store, clock: Clock): SummaryService {
  return {
    async get({ partnerId }) {
      const now = clock();
      const dates = lastDates(now);
      const { partnerKnown, counts, overdue, resubmittable, decided, timeToDecision, days } =
        await reads.reviews.summary(partnerId, timestamp(now), {
          since: timestampAfter(now, -THIRTY_DAYS_IN_MS),
          firstDay: dateOf(now, OVERVIEW_DAYS - 1),
        });
      if (!partnerKnown) throw new Refusal('PartnerUnknown');
      return {
        counts: [...counts],
        overdue,
        resubmittable,
        decidedLast30Days: decided,
        ...(timeToDecision && {
          hoursToDecision: { median: hours(timeToDecision.median), percentile90: hours(timeToDecision.percentile90) },
        }),
        days: dates.map((date) => toWireDay(date, days)),
      };
    },
  };
}

/** The days of an overview in UTC, oldest first, today last. */
function lastDates(now: Date): readonly string[] {
  return Array.from({ length: OVERVIEW_DAYS }, (_, index) => dateOf(now, OVERVIEW_DAYS - 1 - index));
}

function dateOf(now: Date, daysAgo: number): string {
  return timestampAfter(now, -daysAgo * DAY_IN_MS).slice(0, 10);
}

function toWireDay(date: string, days: readonly DecisionDay[]): VettingOverview['days'][number] {
  const { approved, denied, median } = days.find((day) => day.date === date) ?? { approved: 0, denied: 0 };
  return { date, approved, denied, ...(median === undefined ? {} : { medianHours: hours(median) }) };
}

/** With one decimal. */
function hours(milliseconds: number): number {
  return Math.round((10 * milliseconds) / HOUR_IN_MS) / 10;
}
