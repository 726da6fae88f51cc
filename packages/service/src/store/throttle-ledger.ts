import type { Kysely } from 'kysely';
import type { ThrottleLedger, ThrottleUse } from '../domain/throttle.js';
import type { Tables } from './tables.js';

/** What several processes let through together, in a table that is written without waiting for the disk. */
export class SqlThrottleLedger implements ThrottleLedger {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(uses: readonly ThrottleUse[]): Promise<readonly number[]> {
    const rows = uses.map((use) => ({
      partner_id: use.partnerId,
      customer_id: use.customerId,
      kind: use.kind,
      period: use.period,
      used: use.count,
    }));
    // In one order everywhere: processes that lock the same rows the other way round would wait for each other.
    const ordered = rows.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    const totals = await this.#db
      .insertInto('throttle_use')
      .values(ordered)
      .onConflict((conflict) =>
        conflict
          .columns(['partner_id', 'customer_id', 'kind', 'period'])
          .doUpdateSet((eb) => ({ used: eb('throttle_use.used', '+', eb.ref('excluded.used')) })),
      )
      .returningAll()
      .execute();
    const byKey = new Map(totals.map((total) => [keyOf(total), total.used]));
    return rows.map((row) => byKey.get(keyOf(row)) ?? row.used);
  }

  async forget(before: number): Promise<void> {
    await this.#db.deleteFrom('throttle_use').where('period', '<', before).execute();
  }
}

function keyOf({ partner_id, customer_id, kind, period }: Omit<Tables['throttle_use'], 'used'>): string {
  return [partner_id, customer_id, kind, period].join('/');
}
