import { type Row, readRows } from '../../database-rows.js';
import type { House } from '../house.js';

/** What the database holds of the partner under load. */
export interface Contents {
  /** Steps of qualifications and the customers' own, each chain in its order. */
  readonly history: readonly Row[];
  readonly events: readonly Row[];
  readonly deliveries: readonly Row[];
  readonly qualifications: readonly Row[];
  readonly reviews: readonly Row[];
  /** Those of the operator's reviewers too. */
  readonly answers: readonly Row[];
  readonly codes: readonly Row[];
  readonly partners: readonly Row[];
}

/** Reads it all at one moment, behind the service's back. */
export function readContents({ database, partnerId, operatorId }: House): Promise<Contents> {
  const own = (table: string, order: string) =>
    `select * from ${table} where partner_id = '${partnerId}' order by ${order}`;
  return readRows(database, {
    history: own('history', 'customer_id, sequence'),
    events: own('event', 'sequence'),
    deliveries: own('webhook_delivery', 'sequence'),
    qualifications: own('qualification', 'customer_id, qualification'),
    reviews: own('review', 'customer_id, attempt'),
    answers: `select * from recorded_answer where partner_id in ('${partnerId}', '${operatorId}')`,
    codes: own('validation_code', 'organization_name'),
    partners: `select * from partner where tenant_id = '${partnerId}'`,
  });
}

/** Rows by the value of a column. */
export function grouped(rows: readonly Row[], column: string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = String(row[column]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
