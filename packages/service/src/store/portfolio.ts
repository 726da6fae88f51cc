import type { Kysely } from 'kysely';
import type { CustomerVettings, PortfolioPage, PortfolioQuery, PortfolioReads } from '../domain/portfolio.js';
import type { PublishedVetting } from '../domain/vetting.js';
import { portfolioCountQuery, portfolioPageQuery } from './portfolio-queries.js';
import { toCustomer, toPublished } from './queries.js';
import type { Tables } from './tables.js';

/** {@link PortfolioReads}. */
export class SqlPortfolioReads implements PortfolioReads {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async page(partnerId: string, query: PortfolioQuery, now: string): Promise<PortfolioPage> {
    const portfolio = { ...query, partnerId, now };
    const counted = await portfolioCountQuery(this.#db, portfolio, query.totalCount).executeTakeFirst();
    if (counted === undefined) return { partnerKnown: false, totalCount: 0, items: [] };
    const rows = await portfolioPageQuery(this.#db, portfolio, query).execute();
    const found = byCustomer(rows);
    const last = found.length > query.size ? found[query.size - 1] : undefined;
    return {
      partnerKnown: true,
      totalCount: Number(counted.count),
      items: found.slice(0, query.size),
      ...(last && { next: { nameKey: last.nameKey, id: last.customer.id } }),
    };
  }
}

type Row = Awaited<ReturnType<ReturnType<typeof portfolioPageQuery>['execute']>>[number];

interface Found extends CustomerVettings {
  readonly nameKey: string;
  readonly vettings: PublishedVetting[];
}

/** The rows of one customer stand together, and its qualifications in the order that the wire wants. */
function byCustomer(rows: readonly Row[]): readonly Found[] {
  const found: Found[] = [];
  for (const row of rows) {
    let current = found.at(-1);
    if (current?.customer.id !== row.id) {
      current = { customer: toCustomer(row), nameKey: row.name_key, vettings: [] };
      found.push(current);
    }
    if (row.qualification === null) continue;
    current?.vettings.push(toPublished({ ...row, qualification: row.qualification }));
  }
  return found;
}
