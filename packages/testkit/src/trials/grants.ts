import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { openAdmin } from '@vetted/service';
import pg from 'pg';

/** Three requests that need nothing else of their customer. GovernmentCommunityCloud uses up a create of a code. */
export const QUALIFICATIONS = ['StateOwnedEntity', 'Education', 'GovernmentCommunityCloud'] as const;
export type RequestedQualification = (typeof QUALIFICATIONS)[number];

/** What was asked for, and what has been answered 201: one qualification for each customer. */
export class Grants {
  readonly #answered = new Map<string, RequestedQualification>();

  /** Keeps what was answered. */
  answered(customerId: string, qualification: RequestedQualification): void {
    this.#answered.set(customerId, qualification);
  }

  get size(): number {
    return this.#answered.size;
  }

  /** How many of one qualification were granted or taken in review. */
  count(qualification: RequestedQualification): number {
    return [...this.#answered.values()].filter((one) => one === qualification).length;
  }

  /**
   * Holds a PostgreSQL database against it: everything that was answered is there, once in each table, with its step of
   * history and its event, nothing else is, and the history verifies.
   */
  async verify(database: string, partnerId: string, customers: readonly string[]): Promise<void> {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    try {
      const expected = [...this.#answered]
        .map(([customerId, qualification]) => `${customerId} ${qualification}`)
        .sort();
      const among = [partnerId, customers];
      for (const [what, condition] of [
        ['qualification', 'true'],
        ['history', "subject = 'qualification'"],
        ['event', 'true'],
      ] as const) {
        const { rows } = await client.query<{ row: string }>(
          `select customer_id || ' ' || qualification as row from ${what}
           where partner_id = $1 and customer_id = any($2) and ${condition}`,
          among,
        );
        deepStrictEqual(rows.map(({ row }) => row).sort(), expected, `in the table ${what}`);
      }
      const { rows: reviews } = await client.query(
        'select 1 from review where partner_id = $1 and customer_id = any($2)',
        among,
      );
      strictEqual(reviews.length, this.count('Education'), 'reviews');
    } finally {
      await client.end();
    }
    await verifyHistory(database);
  }
}

async function verifyHistory(database: string): Promise<void> {
  const admin = await openAdmin({ database, mustExist: true });
  try {
    const { broken } = await admin.verifyHistory();
    deepStrictEqual(broken, [], 'chains of the history that do not verify');
  } finally {
    await admin.close();
  }
}
