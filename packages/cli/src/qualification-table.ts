import type { Qualification } from '@vetted/client';
import type { Io } from './io.js';
import { type Row, table } from './output.js';

const head = ['Qualification', 'Status', 'Requested (UTC)', 'Reason'];

/** What one customer has; words where that is nothing. */
export function tableOfOne(qualifications: readonly Qualification[], io: Io): string {
  if (qualifications.length === 0) return 'This customer has no qualification.';
  return table(io.stdout, head, qualifications.map(rowOf));
}

/** What several customers have, each below its id. */
export function tableOfMany(
  customers: readonly { readonly customerId: string; readonly qualifications: readonly Qualification[] }[],
  io: Io,
): string {
  const rows = customers.flatMap(({ customerId, qualifications }): Row[] => [
    { heading: customerId },
    ...(qualifications.length === 0 ? [['no qualification', '', '', '']] : qualifications.map(rowOf)).map(
      ([first = '', ...others]) => [`  ${first}`, ...others],
    ),
  ]);
  const [first = '', ...others] = head;
  return table(io.stdout, [`  ${first}`, ...others], rows);
}

function rowOf({ qualification, vettingStatus, vettingCreatedDate, vettingReason }: Qualification): string[] {
  return [qualification, vettingStatus ?? '-', minuteOf(vettingCreatedDate), vettingReason ?? ''];
}

/** `2020-12-03 10:37`; a text that is no date stays as it is. */
export function minuteOf(date: string | undefined): string {
  return partOf(date, 'YYYY-MM-DDTHH:mm'.length);
}

/** `2020-12-03 10:37:38`. */
export function secondOf(date: string | undefined): string {
  return partOf(date, 'YYYY-MM-DDTHH:mm:ss'.length);
}

/** `2020-12-03`. */
export function dayOf(date: string | undefined): string {
  return partOf(date, 'YYYY-MM-DD'.length);
}

function partOf(date: string | undefined, length: number): string {
  if (date === undefined) return '';
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? date : at.toISOString().slice(0, length).replace('T', ' ');
}
