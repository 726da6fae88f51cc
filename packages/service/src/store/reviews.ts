import type { DenialCode, EducationSegment, QualificationName, VettingStatus } from '@vetted/contract';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Review, ReviewOfCustomer, ReviewWrites } from '../domain/review.js';
import { placeOf } from './customer-place.js';
import type { DialectName } from './dialect.js';
import type { Statements } from './statements.js';
import type { CustomerPlace, ReviewTable, Tables } from './tables.js';

/** {@link ReviewWrites}. */
export class SqlReviewWrites implements ReviewWrites {
  readonly #db: Kysely<Tables>;
  readonly #dialect: DialectName;
  readonly #statements: Statements;

  constructor(db: Kysely<Tables>, dialect: DialectName, statements: Statements) {
    this.#db = db;
    this.#dialect = dialect;
    this.#statements = statements;
  }

  async save(review: Review): Promise<void> {
    await this.#statements.run(review.status === 'InReview' ? upsertOpenReview : upsertDecidedReview, toRow(review));
  }

  async get(id: string): Promise<ReviewOfCustomer | undefined> {
    const row = await reviewsOfCustomers(this.#db).where('r.id', '=', id).executeTakeFirst();
    return row && toReviewOfCustomer(row);
  }

  async awaitPolicy(review: Review, notBefore: string): Promise<void> {
    await this.#setPolicyAt(review, notBefore);
  }

  async endPolicy(review: Review): Promise<void> {
    await this.#setPolicyAt(review, null);
  }

  async #setPolicyAt({ partnerId, customerId, qualification, attempt }: Review, at: string | null): Promise<void> {
    await this.#db
      .updateTable('review')
      .set({ policy_at: at })
      .where((eb) => eb.and({ partner_id: partnerId, customer_id: customerId, qualification, attempt }))
      .execute();
  }

  async claimForPolicy(now: string, leasedUntil: string, limit: number): Promise<readonly ReviewOfCustomer[]> {
    const due = reviewsOfCustomers(this.#db)
      .where('r.policy_at', '<=', now)
      // Nobody decides for a partner that is not active: its requests wait until it is again.
      .where('r.partner_id', 'not in', inactivePartners(this.#db))
      .orderBy('r.policy_at')
      .limit(limit);
    const rows = await (this.#dialect === 'postgres' ? due.forUpdate('r').skipLocked() : due).execute();
    for (const row of rows) await this.#setPolicyAt(toReview(row), leasedUntil);
    return rows.map(toReviewOfCustomer);
  }
}

/** Nobody asks the policy about what is decided. */
function upsertDecidedReview(db: Kysely<Tables>, row: ReviewRow) {
  return upsertReview(db, row, { policy_at: null });
}

function upsertOpenReview(db: Kysely<Tables>, row: ReviewRow) {
  return upsertReview(db, row, {});
}

function upsertReview(db: Kysely<Tables>, row: ReviewRow, besides: { readonly policy_at?: null }) {
  const { partner_id, customer_id, qualification, attempt, ...rest } = row;
  return db
    .insertInto('review')
    .values({ ...row, ...placeOf(db, partner_id, customer_id), policy_at: null })
    .onConflict((conflict) =>
      conflict.columns(['partner_id', 'customer_id', 'qualification', 'attempt']).doUpdateSet((eb) => ({
        ...rest,
        // An approval that is taken back was decided when it was given.
        decided_in: eb.fn.coalesce('review.decided_in', 'excluded.decided_in'),
        ...besides,
      })),
    );
}

/** Few partners are not active, and a list to leave out keeps a database from walking partner by partner. */
export function inactivePartners(db: { selectFrom(table: 'partner'): SelectQueryBuilder<Tables, 'partner', object> }) {
  return db.selectFrom('partner').select('tenant_id').where('active', '=', sql.lit(0));
}

/** Reviews with what names their customers and their partners. */
export function reviewsOfCustomers(db: Kysely<Tables>) {
  return db
    .selectFrom('review as r')
    .innerJoin('customer as c', (join) =>
      join.onRef('c.partner_id', '=', 'r.partner_id').onRef('c.id', '=', 'r.customer_id'),
    )
    .innerJoin('partner as p', 'p.tenant_id', 'r.partner_id')
    .selectAll('r')
    .select(['p.name as partner_name', 'c.company_name', 'c.domain']);
}

/** What a review itself has, without what is its customer's or the policy's. */
type ReviewRow = Omit<ReviewTable, keyof CustomerPlace | 'policy_at'>;

function toRow(review: Review): ReviewRow {
  const { decidedAt, submittedAt } = review;
  return {
    partner_id: review.partnerId,
    customer_id: review.customerId,
    qualification: review.qualification,
    attempt: review.attempt,
    id: review.id,
    status: review.status,
    education_segment: review.educationSegment ?? null,
    website: review.website ?? null,
    submitted_at: submittedAt,
    submitted_by: review.submittedBy,
    due_at: review.dueAt,
    decided_at: decidedAt ?? null,
    decided_by: review.decidedBy ?? null,
    decided_in: decidedAt === undefined ? null : Date.parse(decidedAt) - Date.parse(submittedAt),
    reason: review.reason ?? null,
    reason_code: review.reasonCode ?? null,
    note: review.note ?? null,
    version: review.version,
  };
}

export function toReview(row: ReviewRow): Review {
  return {
    id: row.id,
    partnerId: row.partner_id,
    customerId: row.customer_id,
    qualification: row.qualification as QualificationName,
    attempt: row.attempt,
    status: row.status as VettingStatus,
    ...(row.education_segment === null ? {} : { educationSegment: row.education_segment as EducationSegment }),
    ...(row.website === null ? {} : { website: row.website }),
    submittedAt: row.submitted_at,
    submittedBy: row.submitted_by,
    dueAt: row.due_at,
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at }),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.reason_code === null ? {} : { reasonCode: row.reason_code as DenialCode }),
    ...(row.note === null ? {} : { note: row.note }),
    version: row.version,
  };
}

type ReviewOfCustomerRow = ReviewRow & {
  readonly partner_name: string;
  readonly company_name: string;
  readonly domain: string;
};

export function toReviewOfCustomer(row: ReviewOfCustomerRow): ReviewOfCustomer {
  return { ...toReview(row), partnerName: row.partner_name, companyName: row.company_name, domain: row.domain };
}
