import type { EducationSegment, QualificationName, VettingStatus } from '@vetted/contract';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { foldName } from '../domain/fold-name.js';
import type { CustomerRead, CustomerRow, CustomersPageQuery, Partner } from '../domain/store.js';
import type { PublishedVetting, Vetting } from '../domain/vetting.js';
import { beginsWith, startOf } from './search.js';
import type { Tables } from './tables.js';

/**
 * A partner, its customer and the customer's qualifications in one statement, with what only the rules need to know: no
 * row where the partner is unknown, a row of nulls where it has no such customer.
 */
export function qualificationsQuery(db: Kysely<Tables>, partnerId: string, customerId: string) {
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
      'q.attempts',
      'q.education_segment',
      'q.website',
      'q.validation_code_id',
    ]);
}

type QualificationsRow = Awaited<ReturnType<ReturnType<typeof qualificationsQuery>['execute']>>[number];

export function toQualificationsRead(rows: readonly QualificationsRow[]): CustomerRead<readonly Vetting[]> {
  const ended = rows[0]?.relationship_ended;
  if (ended === undefined) return { partnerKnown: false };
  if (ended === null) return { partnerKnown: true };
  const value: Vetting[] = [];
  for (const row of rows) if (isQualification(row)) value.push(toVetting(row));
  // Three at most. The alphabet happens to give the order that the wire wants.
  value.sort((one, other) => (one.qualification < other.qualification ? -1 : 1));
  return { partnerKnown: true, customer: { relationshipEnded: ended === 1, value } };
}

function isQualification(row: QualificationsRow): row is QualificationsRow & { qualification: string } {
  return row.qualification !== null;
}

interface PublishedColumns {
  readonly qualification: string;
  readonly vetting_status: string | null;
  readonly vetting_reason: string | null;
  readonly vetting_created_date: string | null;
}

export function toPublished(row: PublishedColumns): PublishedVetting {
  return {
    qualification: row.qualification as QualificationName,
    ...(row.vetting_status !== null && { vettingStatus: row.vetting_status as VettingStatus }),
    ...(row.vetting_reason !== null && { vettingReason: row.vetting_reason }),
    ...(row.vetting_created_date !== null && { vettingCreatedDate: row.vetting_created_date }),
  };
}

function toVetting(row: QualificationsRow & { qualification: string }): Vetting {
  return {
    ...toPublished(row),
    attempts: row.attempts ?? 0,
    ...(row.education_segment !== null && { educationSegment: row.education_segment as EducationSegment }),
    ...(row.website !== null && { website: row.website }),
    ...(row.validation_code_id !== null && { validationCodeId: row.validation_code_id }),
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

/** How many customers match, counted unless it is known: no row where the partner is unknown. */
export function customersCountQuery(
  db: Kysely<Tables>,
  partnerId: string,
  { filter, totalCount }: Pick<CustomersPageQuery, 'filter' | 'totalCount'>,
) {
  return db
    .selectFrom('partner')
    .where('tenant_id', '=', partnerId)
    .where('active', '=', sql.lit(1))
    .select((eb) =>
      (totalCount === undefined
        ? eb
            .selectFrom('customer')
            .where((inner) => matches(inner, partnerId, filter))
            .select((inner) => inner.fn.countAll().as('count'))
        : eb.val(totalCount)
      ).as('count'),
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
