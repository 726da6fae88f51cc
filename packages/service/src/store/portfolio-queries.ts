import { isGuid, MAX_VETTING_ATTEMPTS, qualificationNames, vettingStatuses } from '@vetted/contract';
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { foldName } from '../domain/fold-name.js';
import type { PortfolioFilter, PortfolioQuery } from '../domain/portfolio.js';
import { activeStatuses } from '../domain/qualification.rules.js';
import { customerColumns } from './queries.js';
import { beginsWith, startOf } from './search.js';
import type { Tables } from './tables.js';

type Condition = RawBuilder<SqlBool>;

/** Whose customers are meant, which of them, and at what time. */
export interface Portfolio extends PortfolioFilter {
  readonly partnerId: string;
  readonly now: string;
}

/**
 * Customers that an index gives in the order of the listing and counts, without reading anything else. Of a listing's
 * branches no two have a customer in common.
 */
interface Branch {
  readonly table: 'customer' | 'qualification' | 'review';
  readonly conditions: readonly Condition[];
  /** Whether the index gives the customers in another order than the listing's. */
  readonly unsorted?: true;
}

function branchesOf(portfolio: Portfolio): readonly Branch[] {
  const { qualification, vettingStatus, attention } = portfolio;
  if (attention === 'Overdue') return [overdue(portfolio)];
  if (attention === 'Resubmittable') return [resubmittable(portfolio)];
  if (qualification === undefined && vettingStatus === undefined) return ofCustomers(portfolio);
  return ofQualifications(portfolio);
}

/** Found by the beginning of the name, of the domain, or by id: whom the one finds, the next leaves out. */
function ofCustomers({ search }: Portfolio): readonly Branch[] {
  const table = 'customer';
  if (search === undefined) return [{ table, conditions: [] }];
  const prefix = foldName(search);
  const name = beginsWith('b.name_key', prefix);
  const domain = domainBegins(prefix, 'b.id');
  const found: Branch[] = [
    { table, conditions: [name] },
    { table, conditions: [...domain, sql`not ${name}`], unsorted: true },
  ];
  if (!isGuid(search)) return found;
  const isOther = [sql<SqlBool>`not ${name}`, sql<SqlBool>`not (${allOf(domain)})`];
  return [...found, { table, conditions: [sql`b.id = ${search.toLowerCase()}`, ...isOther] }];
}

/** A customer has one row a qualification, in one status. */
function ofQualifications(portfolio: Portfolio): readonly Branch[] {
  const { qualification, vettingStatus } = portfolio;
  if (qualification !== undefined) {
    const statuses = vettingStatus === undefined ? [...vettingStatuses, null] : [vettingStatus];
    return statuses.map((status) => qualified(portfolio, qualification, status));
  }
  return qualificationNames.map((name, index) => {
    const branch = qualified(portfolio, name, vettingStatus ?? null);
    // Where a customer has several in the status, the first one counts.
    const earlier = qualificationNames.slice(0, index);
    if (earlier.length === 0) return branch;
    return { ...branch, conditions: [...branch.conditions, sql`not ${has(portfolio, earlier)}`] };
  });
}

function qualified(portfolio: Portfolio, name: string, status: string | null): Branch {
  return {
    table: 'qualification',
    conditions: [
      sql`b.qualification = ${name}`,
      status === null ? sql`b.vetting_status is null` : sql`b.vetting_status = ${status}`,
      ...searched(portfolio),
    ],
  };
}

/** As the rules have it by which a request is admitted. */
function resubmittable(portfolio: Portfolio): Branch {
  const { table, conditions } = qualified(portfolio, 'Education', 'Denied');
  return {
    table,
    conditions: [
      ...conditions,
      sql`b.attempts < ${MAX_VETTING_ATTEMPTS}`,
      // A list, since those who have it are few: to look for each customer takes twice as long.
      sql`b.customer_id not in (
        select o.customer_id from qualification as o
        where o.partner_id = ${portfolio.partnerId} and o.qualification = 'GovernmentCommunityCloud'
          and o.vetting_status in (${sql.join(activeStatuses)}))`,
      ...asked(portfolio),
    ],
  };
}

/** Education alone is reviewed. */
function overdue(portfolio: Portfolio): Branch {
  return {
    table: 'review',
    conditions: [
      sql`b.qualification = 'Education'`,
      sql`b.status = 'InReview'`,
      // Said the other way round, SQLite would walk what is overdue of all partners.
      sql`not b.due_at >= ${portfolio.now}`,
      ...searched(portfolio),
      ...asked(portfolio),
    ],
  };
}

/** Beside what needs attention, the customer has what is asked for. */
function asked(portfolio: Portfolio): readonly Condition[] {
  const { qualification, vettingStatus } = portfolio;
  if (qualification === undefined && vettingStatus === undefined) return [];
  return [has(portfolio, qualification === undefined ? qualificationNames : [qualification])];
}

/** Whether the customer has one of these qualifications, in the status that is asked for. */
function has({ partnerId, vettingStatus }: Portfolio, names: readonly string[]): Condition {
  const status = vettingStatus === undefined ? sql`` : sql` and o.vetting_status = ${vettingStatus}`;
  return sql`exists (
    select 1 from qualification as o
    where o.partner_id = ${partnerId} and o.customer_id = b.customer_id
      and o.qualification in (${sql.join(names)})${status})`;
}

/** The search of what follows customers: an index that is walked has all of it. */
function searched({ search }: Portfolio): readonly Condition[] {
  if (search === undefined) return [];
  const prefix = foldName(search);
  const id = isGuid(search) ? sql` or b.customer_id = ${search.toLowerCase()}` : sql``;
  const domain = allOf(domainBegins(prefix, 'b.customer_id'));
  return [sql`(${beginsWith('b.name_key', prefix)} or (${domain})${id})`];
}

/** The customer itself is looked at only where the prefix is longer than what the index has of domains. */
function domainBegins(prefix: string, customerId: string): readonly Condition[] {
  const start = startOf(prefix);
  const begins = beginsWith('b.domain_start', start);
  if (start === prefix) return [begins];
  const rest = sql<SqlBool>`exists (
    select 1 from customer as d
    where d.partner_id = b.partner_id and d.id = ${sql.ref(customerId)} and ${beginsWith('d.domain_key', prefix)})`;
  return [begins, rest];
}

function allOf(conditions: readonly Condition[]): Condition {
  return sql.join(conditions, sql` and `) as Condition;
}

function fromBranch({ table, conditions }: Branch, partnerId: string): RawBuilder<unknown> {
  const own = [sql<SqlBool>`b.partner_id = ${partnerId}`, sql<SqlBool>`b.relationship_ended = 0`, ...conditions];
  return sql`from ${sql.table(table)} as b where ${allOf(own)}`;
}

/** How many customers match, unless that is known: no row where the partner is unknown. */
export function portfolioCountQuery(db: Kysely<Tables>, portfolio: Portfolio, known?: number) {
  const counts =
    known === undefined
      ? branchesOf(portfolio).map((branch) => sql`(select count(*) ${fromBranch(branch, portfolio.partnerId)})`)
      : [sql.lit(known)];
  return db
    .selectFrom('partner')
    .where('tenant_id', '=', portfolio.partnerId)
    .where('active', '=', sql.lit(1))
    .select(sql<string | number>`${sql.join(counts, sql` + `)}`.as('count'));
}

/**
 * One page and the first customer of the next, so that the last page is known: a row for each qualification, and one
 * for a customer that has none.
 */
export function portfolioPageQuery(db: Kysely<Tables>, portfolio: Portfolio, { size, after }: PortfolioQuery) {
  const { partnerId } = portfolio;
  const heads = branchesOf(portfolio).map((branch) => {
    // What is no column keeps the databases from walking all names in order to find a few domains.
    const name = branch.unsorted ? sql`b.name_key || ''` : sql`b.name_key`;
    const id = sql.ref(branch.table === 'customer' ? 'b.id' : 'b.customer_id');
    const place = after === undefined ? sql`` : sql` and (${name}, ${id}) > (${after.nameKey}, ${after.id})`;
    return sql`select * from (
      select ${name} as name_key, ${id} as id ${fromBranch(branch, partnerId)}${place}
      order by ${name}, ${id} limit ${size + 1}) as h`;
  });
  const page = sql<{ name_key: string; id: string }>`(
    ${sql.join(heads, sql` union all `)} order by name_key, id limit ${size + 1})`;
  return db
    .selectFrom(page.as('page'))
    .innerJoin('customer as c', (join) => join.on('c.partner_id', '=', partnerId).onRef('c.id', '=', 'page.id'))
    .leftJoin('qualification as q', (join) =>
      join.on('q.partner_id', '=', partnerId).onRef('q.customer_id', '=', 'page.id'),
    )
    .select(customerColumns.map((column) => `c.${column}` as const))
    .select(['page.name_key', 'q.qualification', 'q.vetting_status', 'q.vetting_reason', 'q.vetting_created_date'])
    .orderBy('page.name_key')
    .orderBy('page.id')
    .orderBy('q.qualification');
}
