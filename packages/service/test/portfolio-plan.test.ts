import type { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PortfolioFilter } from '../src/domain/portfolio.js';
import type { OpenDatabase } from '../src/store/dialect.js';
import { migrate } from '../src/store/migrations/index.js';
import { portfolioCountQuery, portfolioPageQuery } from '../src/store/portfolio-queries.js';
import { openSqlite } from '../src/store/sqlite.js';

const byName = 'customer_by_name';
const byDomain = 'customer_by_domain';
const byQualification = 'qualification_by_name';
const openReviews = 'review_open_by_name';
const id = '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';

/** SQLite plans without looking at the rows, so what it says of no customer holds for a hundred thousand. */
describe("a page of a partner's customers", () => {
  let database: OpenDatabase;

  beforeAll(async () => {
    database = openSqlite(undefined);
    await migrate(database);
  });
  afterAll(() => database.close());

  const portfolioOf = (filter: PortfolioFilter) => ({ partnerId: 'x', now: 'x', ...filter });

  async function planOf(query: { compile(): CompiledQuery }): Promise<string[]> {
    const compiled = query.compile();
    const explained = { ...compiled, sql: `explain query plan ${compiled.sql}` };
    const { rows } = await database.db.executeQuery<{ detail: string }>(explained);
    return rows.map(({ detail }) => detail);
  }

  /** What is read at which a branch begins. */
  const beginnings = (plan: readonly string[]) => plan.filter((detail) => /^(SEARCH|SCAN) b\b/.test(detail));

  const cases: [PortfolioFilter, string[]][] = [
    [{}, [byName]],
    [{ search: 'x' }, [byName, byDomain]],
    [{ qualification: 'Education' }, Array(4).fill(byQualification)],
    [{ qualification: 'Education', vettingStatus: 'Denied' }, [byQualification]],
    [{ qualification: 'Education', vettingStatus: 'Denied', search: 'x' }, [byQualification]],
    [{ qualification: 'Education', vettingStatus: 'Denied', search: id }, [byQualification]],
    [{ vettingStatus: 'Denied' }, Array(3).fill(byQualification)],
    [{ attention: 'Resubmittable' }, [byQualification]],
    [{ attention: 'Resubmittable', search: 'x', qualification: 'StateOwnedEntity' }, [byQualification]],
    [{ attention: 'Overdue' }, [openReviews]],
    [{ attention: 'Overdue', search: 'x', vettingStatus: 'InReview' }, [openReviews]],
  ];

  it.each(cases)('begins at its place in indexes, and reads nothing else to find it: %j', async (filter, indexes) => {
    const after = { nameKey: 'x', id: 'x' };
    for (const query of [{ size: 100 }, { size: 100, after }]) {
      const plan = await planOf(portfolioPageQuery(database.db, portfolioOf(filter), query));
      const begun = beginnings(plan);
      expect(begun.map((detail) => / COVERING INDEX (\w+) /.exec(detail)?.[1])).toEqual(indexes);
      const sorted = plan.filter((detail, at) => begun.includes(plan[at - 1] ?? '') && detail.includes('TEMP B-TREE'));
      expect(sorted).toHaveLength(indexes.filter((index) => index === byDomain).length);
      if ('after' in query && filter.search === undefined) {
        for (const detail of begun) expect(detail).toMatch(/\(name_key,(customer_)?id\)>\(\?,\?\)/);
      }
    }
  });

  it.each(cases)('is counted within indexes: %j', async (filter, indexes) => {
    const begun = beginnings(await planOf(portfolioCountQuery(database.db, portfolioOf(filter))));
    expect(begun).toHaveLength(indexes.length);
    for (const detail of begun) expect(detail).toMatch(/^SEARCH b USING COVERING INDEX \w+ \(partner_id=\? AND /);
  });

  it('is not counted again where the count is known', async () => {
    expect(beginnings(await planOf(portfolioCountQuery(database.db, portfolioOf({}), 7)))).toEqual([]);
  });

  it('finds a whole id by the key', async () => {
    const plan = await planOf(portfolioPageQuery(database.db, portfolioOf({ search: id }), { size: 100 }));
    expect(beginnings(plan)).toContain('SEARCH b USING PRIMARY KEY (partner_id=? AND id=?)');
  });
});
