import type { EducationSegment, QualificationName, VettingStatus } from '@vetted/contract';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { foldName } from '../domain/fold-name.js';
import type { CustomerRead, CustomerRow, CustomersPageQuery, Partner } from '../domain/store.js';
import type { PublishedVetting, Vetting } from '../domain/vetting.js';
import { beginsWith, startOf } from './search.js';
import type { Tables } from './tables.js';

/**
 * A partner, its customer and the customer's qualifications in one statement: no row where the partner is unknown, a
 * row of nulls where it has no such customer. The columns are those that the wire shows.
 */
export function publishedQuery(db: Kysely<Tables>, partnerId: string, customerId: string) {
  return db
    .selectFrom('partner as p')
    .leftJoin('customer as c', (join) => join.onRef('c.partner_id', '=', 'p.tenant_id').on('c.id', '=', customerId))
    .leftJoin('qualification as q', (join) =>
      join.onRef('q.partner_id', '=', 'c.partner_id').onRef('q.customer_id', '=', 'c.id'),
    )
    .where('p.tenant_id', '=', partnerId)
    .where('p.active', '=', sql.lit(1))
    .select([
      'c.relationship_ended',
      'q.qualification',
      'q.vetting_status',
      'q.vetting_reason',
      'q.vetting_created_date',
    ]);
}

/** The same with what only the rules need to know. */
export function qualificationsQuery(db: Kysely<Tables>, partnerId: string, customerId: string) {
  return publishedQuery(db, partnerId, customerId).select([
    'q.attempts',
    'q.education_segment',
    'q.website',
    'q.validation_id',
  ]);
}

type QualificationsRow = Awaited<ReturnType<ReturnType<typeof qualificationsQuery>['execute']>>[number];

/** The columns of {@link publishedQuery} in their order. */
export type PublishedCells = readonly [
  relationshipEnded: number | null,
  qualification: string | null,
  status: string | null,
  reason: string | null,
  date: string | null,
];

export function toPublishedRead(rows: readonly PublishedCells[]): CustomerRead<readonly PublishedVetting[]> {
  const value: PublishedVetting[] = [];
  for (const [, name, status, reason, date] of rows)
    if (name !== null) value.push(toPublished(name, status, reason, date));
  return readOf(rows[0]?.[0], value);
}

export function toQualificationsRead(rows: readonly QualificationsRow[]): CustomerRead<readonly Vetting[]> {
  const value: Vetting[] = [];
  for (const row of rows) if (row.qualification !== null) value.push(toVetting(row, row.qualification));
  return readOf(rows[0]?.relationship_ended, value);
}

/** What was found, by the first row's mark of the relationship: undefined without a row, null without a customer. */
function readOf<T extends PublishedVetting>(ended: number | null | undefined, value: T[]): CustomerRead<readonly T[]> {
  if (ended === undefined) return { partnerKnown: false };
  if (ended === null) return { partnerKnown: true };
  // Three at most. The alphabet happens to give the order that the wire wants.
  if (value.length > 1) value.sort((one, other) => (one.qualification < other.qualification ? -1 : 1));
  return { partnerKnown: true, customer: { relationshipEnded: ended === 1, value } };
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/** Assigns member by member: this is the hot path, and spreads cost several times as much. */
export function toPublished(
  name: string,
  status: string | null,
  reason: string | null,
  date: string | null,
): PublishedVetting {
  const published: Writable<PublishedVetting> = { qualification: name as QualificationName };
  if (status !== null) published.vettingStatus = status as VettingStatus;
  if (reason !== null) published.vettingReason = reason;
  if (date !== null) published.vettingCreatedDate = date;
  return published;
}

function toVetting(row: QualificationsRow, name: string): Vetting {
  return {
    ...toPublished(name, row.vetting_status, row.vetting_reason, row.vetting_created_date),
    attempts: row.attempts ?? 0,
    ...(row.education_segment === null ? {} : { educationSegment: row.education_segment as EducationSegment }),
    ...(row.website === null ? {} : { website: row.website }),
    ...(row.validation_id === null ? {} : { validationId: row.validation_id }),
  };
}

export const customerColumns = [
  'id',
  'company_name',
  'domain',
  'country',
  'email',
  'relationship_to_partner',
  'relationship_ended',
] as const;

export function customerQuery(db: Kysely<Tables>, partnerId: string, customerId: string) {
  return db
    .selectFrom('partner as p')
    .leftJoin('customer as c', (join) => join.onRef('c.partner_id', '=', 'p.tenant_id').on('c.id', '=', customerId))
    .where('p.tenant_id', '=', partnerId)
    .where('p.active', '=', sql.lit(1))
    .select(customerColumns.map((column) => `c.${column}` as const));
}

interface CustomerColumns {
  id: string;
  company_name: string;
  domain: string;
  country: string | null;
  email: string | null;
  relationship_to_partner: string;
  relationship_ended: number;
}

/** Whether an outer join found the customer: its columns are null together or not at all. */
export function isCustomer(
  row: { [Column in keyof CustomerColumns]: CustomerColumns[Column] | null },
): row is CustomerColumns {
  return row.id !== null;
}

export function toCustomer(row: CustomerColumns): CustomerRow {
  return {
    id: row.id,
    companyName: row.company_name,
    domain: row.domain,
    relationshipToPartner: row.relationship_to_partner,
    relationshipEnded: row.relationship_ended === 1,
    ...(row.country === null ? {} : { country: row.country }),
    ...(row.email === null ? {} : { email: row.email }),
  };
}

export function toPartner(row: { tenant_id: string; name: string; active: number }): Partner {
  return { tenantId: row.tenant_id, name: row.name, active: row.active === 1 };
}

type Filter = CustomersPageQuery['filter'];

function matches(eb: ExpressionBuilder<Tables, 'customer'>, partnerId: string, filter: Filter) {
  const own = eb.and([eb('partner_id', '=', partnerId), eb('relationship_ended', '=', 0)]);
  if (filter === undefined) return own;
  const prefix = foldName(filter.startsWith);
  if (filter.field === 'CompanyName') return eb.and([own, beginsWith('name_key', prefix)]);
  const start = startOf(prefix);
  // The index has the beginnings of domains: a prefix that is longer needs the domain itself.
  const rest = start === prefix ? [] : [beginsWith('domain_key', prefix)];
  return eb.and([own, beginsWith('domain_start', start), ...rest]);
}

/** How many customers match: no row where the partner is unknown. */
export function customersCountQuery(db: Kysely<Tables>, partnerId: string, filter: Filter) {
  return db
    .selectFrom('partner')
    .where('tenant_id', '=', partnerId)
    .where('active', '=', sql.lit(1))
    .select((eb) =>
      eb
        .selectFrom('customer')
        .where((inner) => matches(inner, partnerId, filter))
        .select((inner) => inner.fn.countAll().as('count'))
        .as('count'),
    );
}

/** One page and the first customer of the next, so that the last page is known. */
export function customersPageQuery(db: Kysely<Tables>, partnerId: string, { size, filter, after }: CustomersPageQuery) {
  const page = db
    .selectFrom('customer')
    .where((eb) => matches(eb, partnerId, filter))
    .select([...customerColumns, 'name_key'])
    .orderBy('name_key')
    .orderBy('id')
    .limit(size + 1);
  if (after === undefined) return page;
  return page.where((eb) => eb(eb.refTuple('name_key', 'id'), '>', eb.tuple(after.nameKey, after.id)));
}
