import {
  type CustomerQualificationsQuery,
  type CustomerWithQualificationsCollection,
  DEFAULT_PAGE_SIZE,
} from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp } from '../../domain/clock.js';
import type { PortfolioQuery } from '../../domain/portfolio.js';
import { publish } from '../../domain/publish.js';
import { Refusal } from '../../domain/refusal.js';
import type { Store } from '../../domain/store.js';
import { listingOf, writeContinuationToken } from '../continuation-token.js';
import { toWire } from '../customer-wire.js';
import { Position } from './position.js';

export interface PortfolioService {
  list(caller: Caller, query: CustomerQualificationsQuery): Promise<CustomerWithQualificationsCollection>;
}

/** What a partner's people look through: its customers, each with what it has. */
export function portfolioService({ reads }: Store, clock: Clock): PortfolioService {
  return {
    async list({ partnerId }, query) {
      const listing: PortfolioQuery = listingOf(Position, query, { size: DEFAULT_PAGE_SIZE });
      const { totalCount, ...page } = await reads.portfolio.page(partnerId, listing, timestamp(clock()));
      if (!page.partnerKnown) throw new Refusal('PartnerUnknown');
      return {
        items: page.items.map(({ customer, vettings }) => ({
          customer: toWire(customer),
          qualifications: vettings.map(publish),
        })),
        totalCount,
        ...(page.next && {
          continuationToken: writeContinuationToken({ ...listing, totalCount, after: page.next }),
        }),
      };
    },
  };
}
