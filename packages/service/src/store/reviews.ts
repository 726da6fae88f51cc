import type { DenialCode, EducationSegment, QualificationName, VettingStatus } from '@vetted/contract';
import type { Kysely } from 'kysely';
import type { Review, ReviewOfCustomer, ReviewWrites } from '../domain/review.js';
import type { DialectName } from './dialect.js';
import type { ReviewTable, Tables } from './tables.js';

/** {@link ReviewWrites}. */
export class SqlReviewWrites implements ReviewWrites {
  readonly #db: Kysely<Tables>;
  readonly #dialect: DialectName;

  constructor(db: Kysely<Tables>, dialect: DialectName) {
    this.#db = db;
    this.#dialect = dialect;
  }

  async save(review: Review): Promise<void> {
    const { partner_id, customer_id, qualification, attempt, ...rest } = toRow(review);
    await this.#db
      .insertInto('review')
      .values({ partner_id, customer_id, qualification, attempt, ...rest, policy_at: null })
      .onConflict((conflict) =>
        conflict
          .columns(['partner_id', 'customer_id', 'qualification', 'attempt'])
          // Nobody asks the policy about what is decided.
          .doUpdateSet({ ...rest, ...(review.status === 'InReview' ? {} : { policy_at: null }) }),
      )
      .execute();
  }

  async get(id: string): Promise<Review | undefined> {
    const row = await this.#db.selectFrom('review').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toReview(row);
  }

  async latest(partnerId: string, customerId: string, qualification: QualificationName): Promise<Review | undefined> {
    const row = await this.#db
      .selectFrom('review')
      .selectAll()
      .where((eb) => eb.and({ partner_id: partnerId, customer_id: customerId, qualification }))
      .orderBy('attempt', 'desc')
      .executeTakeFirst();
    return row && toReview(row);
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
    const due = this.#db
      .selectFrom('review as r')
      .innerJoin('customer as c', (join) =>
        join.onRef('c.partner_id', '=', 'r.partner_id').onRef('c.id', '=', 'r.customer_id'),
      )
      .selectAll('r')
      .select(['c.company_name', 'c.domain'])
      .where('r.policy_at', '<=', now)
      .orderBy('r.policy_at')
      .limit(limit);
    const rows = await (this.#dialect === 'postgres' ? due.forUpdate('r').skipLocked() : due).execute();
    for (const row of rows) await this.#setPolicyAt(toReview(row), leasedUntil);
    return rows.map(toReviewOfCustomer);
  }
}

function toRow(review: Review): Omit<ReviewTable, 'policy_at'> {
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

export function toReview(row: Omit<ReviewTable, 'policy_at' | 'decided_in'>): Review {
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

export function toReviewOfCustomer(
  row: Omit<ReviewTable, 'policy_at' | 'decided_in'> & { company_name: string; domain: string },
): ReviewOfCustomer {
  return { ...toReview(row), companyName: row.company_name, domain: row.domain };
}
