import type { CustomerAttention, QualificationName, VettingStatus } from '@vetted/contract';
import type { CustomerRow, PagePosition } from './store.js';
import type { PublishedVetting } from './vetting.js';

/** Which of a partner's customers are meant; those whose relationship has ended never are. */
export interface PortfolioFilter {
  /** What a company name or a domain begins with, in any letter case, or a customer's whole id. */
  readonly search?: string;
  readonly qualification?: QualificationName;
  /** Of the qualification that is asked for, or of any. */
  readonly vettingStatus?: VettingStatus;
  readonly attention?: CustomerAttention;
}

export interface PortfolioQuery extends PortfolioFilter {
  readonly size: number;
  readonly after?: PagePosition;
  /** How many match, where that is known: to count many takes longer than to read a page. */
  readonly totalCount?: number;
}

export interface CustomerVettings {
  readonly customer: CustomerRow;
  readonly vettings: readonly PublishedVetting[];
}

export interface PortfolioPage {
  readonly partnerKnown: boolean;
  readonly totalCount: number;
  readonly items: readonly CustomerVettings[];
  /** Absent on the last page. */
  readonly next?: PagePosition;
}

/** A partner's customers together with what they have. */
export interface PortfolioReads {
  /** `now` tells which reviews are overdue. */
  page(partnerId: string, query: PortfolioQuery, now: string): Promise<PortfolioPage>;
}
