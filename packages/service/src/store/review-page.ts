import { isGuid } from '@vetted/contract';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { foldName } from '../domain/fold-name.js';
import type { ReviewPosition, ReviewSortKey, ReviewsQuery } from '../domain/review.js';
import { inactivePartners, reviewsOfCustomers } from './reviews.js';
import type { ReviewTable, Tables } from './tables.js';

type Filters = Pick<ReviewsQuery, 'status' | 'qualification' | 'partnerId' | 'search'>;
type ReviewExpressions = ExpressionBuilder<Tables & { r: ReviewTable }, 'r'>;

const sortColumns = { dueAt: 'r.due_at', submittedAt: 'r.submitted_at', companyName: 'r.name_key' } as const;

function matches(eb: ReviewExpressions, { status, qualification, partnerId, search }: Filters) {
  const conditions = [eb('r.partner_id', 'not in', inactivePartners(eb))];
  if (status !== undefined) conditions.push(eb('r.status', '=', status));
  if (qualification !== undefined) conditions.push(eb('r.qualification', '=', qualification));
  if (partnerId !== undefined) conditions.push(eb('r.partner_id', '=', partnerId));
  if (search !== undefined) conditions.push(ofCustomersFound(eb, search));
  return eb.and(conditions);
}

/** Customers are searched once, not again for each review. */
function ofCustomersFound(eb: ReviewExpressions, search: string) {
  const pattern = `%${foldName(search).replaceAll(/[\\%_]/g, '\\$&')}%`;
  const like = (column: 'name_key' | 'domain_key') => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`;
  const found = eb
    .selectFrom('customer')
    .select(['partner_id', 'id'])
    .where((inner) =>
      inner.or([
        like('name_key'),
        like('domain_key'),
        ...(isGuid(search) ? [inner('id', '=', search.toLowerCase())] : []),
      ]),
    );
  return eb(eb.refTuple('r.partner_id', 'r.customer_id'), 'in', found.$asTuple('partner_id', 'id'));
}

/** How many reviews match. */
export function reviewsCountQuery(db: Kysely<Tables>, filters: Filters) {
  return db
    .selectFrom('review as r')
    .where((eb) => matches(eb, filters))
    .select((eb) => eb.fn.countAll().as('count'));
}

/** One page and the first review of the next, so that the last page is known. */
export function reviewsPageQuery(db: Kysely<Tables>, query: ReviewsQuery) {
  const { sort, descending, size, after } = query;
  const column = sortColumns[sort];
  const direction = descending ? 'desc' : 'asc';
  const page = reviewsOfCustomers(db)
    .where((eb) => matches(eb, query))
    .orderBy(column, direction)
    .orderBy('r.id', direction)
    .limit(size + 1);
  if (after === undefined) return page;
  return page.where((eb) => eb(eb.refTuple(column, 'r.id'), descending ? '<' : '>', eb.tuple(after.key, after.id)));
}

/** Where the page after this review begins. */
export function positionAfter(
  row: Pick<ReviewTable, 'id' | 'due_at' | 'submitted_at' | 'name_key'>,
  sort: ReviewSortKey,
): ReviewPosition {
  const keys = { dueAt: row.due_at, submittedAt: row.submitted_at, companyName: row.name_key };
  return { key: keys[sort], id: row.id };
}
