import { OVERVIEW_DAYS, type VettingOverview } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp, timestampAfter } from '../../domain/clock.js';
import { Refusal } from '../../domain/refusal.js';
import type { DecisionGroup } from '../../domain/review.js';
import type { Store } from '../../domain/store.js';
import { countOf, percentileOf } from '../../domain/summary.rules.js';

const DAY_IN_MS = 86_400_000;

export interface SummaryService {
  get(caller: Caller): Promise<VettingOverview>;
}

export function summaryService({ reads }: Store, clock: Clock): SummaryService {
  return {
    async get({ partnerId }) {
      const now = clock();
      const { partnerKnown, counts, overdue, resubmittable, decisions } = await reads.reviews.summary(
        partnerId,
        timestamp(now),
        daysBefore(now, OVERVIEW_DAYS),
      );
      if (!partnerKnown) throw new Refusal('PartnerUnknown');
      return {
        counts: [...counts],
        overdue,
        resubmittable,
        decidedLast30Days: countOf(decisions),
        ...hoursToDecision(decisions),
        days: lastDates(now).map((date) => dayOf(date, decisions)),
      };
    },
  };
}

function hoursToDecision(decisions: readonly DecisionGroup[]): Pick<VettingOverview, 'hoursToDecision'> {
  const [median, percentile90] = [percentileOf(decisions, 50), percentileOf(decisions, 90)];
  return median === undefined || percentile90 === undefined ? {} : { hoursToDecision: { median, percentile90 } };
}

/** The days of an overview in UTC, oldest first, today last. */
function lastDates(now: Date): readonly string[] {
  return Array.from({ length: OVERVIEW_DAYS }, (_, index) => daysBefore(now, OVERVIEW_DAYS - 1 - index).slice(0, 10));
}

function daysBefore(now: Date, days: number): string {
  return timestampAfter(now, -days * DAY_IN_MS);
}

function dayOf(date: string, decisions: readonly DecisionGroup[]): VettingOverview['days'][number] {
  const ofDay = decisions.filter((decision) => decision.date === date);
  const medianHours = percentileOf(ofDay, 50);
  return {
    date,
    approved: countOf(ofDay.filter(({ status }) => status === 'Approved')),
    denied: countOf(ofDay.filter(({ status }) => status === 'Denied')),
    ...(medianHours === undefined ? {} : { medianHours }),
  };
}
