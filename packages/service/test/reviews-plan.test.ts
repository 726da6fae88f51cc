import { reviewSorts, vettingStatuses } from '@vetted/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReviewSortKey } from '../src/domain/review.js';
import type { OpenDatabase } from '../src/store/dialect.js';
import { migrate } from '../src/store/migrations/index.js';
import { reviewsPageQuery } from '../src/store/review-page.js';
import { openSqlite } from '../src/store/sqlite.js';

/** SQLite plans without looking at the rows, so what it says of no review holds for a hundred thousand. */
describe('a page of reviews', () => {
  let database: OpenDatabase;

  beforeAll(async () => {
    database = openSqlite(undefined);
    await migrate(database);
  });
  afterAll(() => database.close());

  async function planOf(sort: ReviewSortKey, descending: boolean, filter: object) {
    const after = { key: 'x', id: 'x' };
    const compiled = reviewsPageQuery(database.db, { sort, descending, size: 100, after, ...filter }).compile();
    const explained = { ...compiled, sql: `explain query plan ${compiled.sql}` };
    const { rows } = await database.db.executeQuery<{ detail: string }>(explained);
    return rows.map(({ detail }) => detail);
  }

  const filters = [{}, ...vettingStatuses.map((status) => ({ status }))];
  const cases = reviewSorts.flatMap((sort) => filters.map((filter) => [sort, filter] as const));

  it.each(cases)('begins at its place in an index and sorts nothing: %s %j', async (sort, filter) => {
    const key = sort.replace('-', '') as ReviewSortKey;
    const plan = (await planOf(key, sort.startsWith('-'), filter)).join('\n');
    expect(plan).not.toContain('TEMP B-TREE');
    const column = { dueAt: 'due_at', submittedAt: 'submitted_at', companyName: 'name_key' }[key];
    const [index, status] = 'status' in filter ? [`status_${column}`, 'status=? AND '] : [column, ''];
    const place = `(${status}(${column},id)${sort.startsWith('-') ? '<' : '>'}(?,?))`;
    expect(plan).toContain(`SEARCH r USING INDEX review_by_${index} ${place}`);
  });
});
