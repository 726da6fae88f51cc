import type { VettingOverview } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp, timestampAfter } from '../../domain/clock.js';
import { Refusal } from '../../domain/refusal.js';
import type { Store } from '../../domain/store.js';

const THIRTY_DAYS_IN_MS = 30 * 86_400_000;
const HOUR_IN_MS = 3_600_000;

export interface SummaryService {
  get(caller: Caller): Promise<VettingOverview>;
}

export function summaryService({ reads }: Store, clock: Clock): SummaryService {
  return {
    async get({ partnerId }) {
      const now = clock();
      const since = timestampAfter(now, -THIRTY_DAYS_IN_MS);
      const { partnerKnown, counts, overdue, decided, timeToDecision } = await reads.reviews.summary(
        partnerId,
        timestamp(now),
        since,
      );
      if (!partnerKnown) throw new Refusal('PartnerUnknown');
      return {
        counts: [...counts],
        overdue,
        decidedLast30Days: decided,
        ...(timeToDecision && {
          hoursToDecision: { median: hours(timeToDecision.median), percentile90: hours(timeToDecision.percentile90) },
        }),
      };
    },
  };
}

/** With one decimal. */
function hours(milliseconds: number): number {
  return Math.round((10 * milliseconds) / HOUR_IN_MS) / 10;
}
