import type { CustomerQualifications, PartnerCenterError, Qualification } from '@vetted/client';
import { jsonOf } from '../../output.js';
import { explainFault } from '../../report.js';

export const formatNames = ['csv', 'json', 'ndjson'] as const;
export type FormatName = (typeof formatNames)[number];

/** How customers become the text of a file: `begin`, then each with what precedes it, then `end`. */
export interface Format {
  readonly begin: string;
  readonly end: string;
  /** @param isFirst whether none was written before it */
  customer(one: CustomerQualifications, isFirst: boolean): string;
}

/** The columns of a CSV file, one line a qualification. */
const columns = [
  'customerId',
  'companyName',
  'domain',
  'qualification',
  'vettingStatus',
  'vettingReason',
  'vettingCreatedDate',
  'error',
] as const;

/** The format of a name, with the library that it needs. */
export async function formatOf(name: FormatName): Promise<Format> {
  switch (name) {
    case 'csv':
      return csv();
    case 'json':
      return {
        begin: '[',
        end: '\n]\n',
        customer: (one, isFirst) => `${isFirst ? '' : ','}\n  ${jsonOf(recordOf(one))}`,
      };
    case 'ndjson':
      return { begin: '', end: '', customer: (one) => `${jsonOf(recordOf(one))}\n` };
  }
}

async function csv(): Promise<Format> {
  const { stringify } = await import('csv-stringify/sync');
  return {
    begin: `${columns.join(',')}\n`,
    end: '',
    // A company may be called "=HYPERLINK(…)": a spreadsheet must not run it.
    customer: (one) => stringify(rowsOf(one), { columns: [...columns], escape_formulas: true }),
  };
}

type Cells = Partial<Record<(typeof columns)[number], string>>;

/** A customer without a qualification has a row all the same, and one that failed has its error there. */
function rowsOf({ customer, qualifications, error }: CustomerQualifications): Cells[] {
  const { companyName, domain } = customer.companyProfile;
  const whose: Cells = { customerId: customer.id, companyName, domain };
  if (error !== undefined) return [{ ...whose, error: explainFault(error) }];
  return qualifications.length === 0 ? [whose] : qualifications.map((one) => ({ ...whose, ...cellsOf(one) }));
}

function cellsOf({ qualification, vettingStatus, vettingReason, vettingCreatedDate }: Qualification): Cells {
  return {
    qualification,
    ...(vettingStatus !== undefined && { vettingStatus }),
    ...(vettingReason !== undefined && { vettingReason }),
    ...(vettingCreatedDate !== undefined && { vettingCreatedDate }),
  };
}

function recordOf({ customer, qualifications, error }: CustomerQualifications) {
  const { companyName, domain } = customer.companyProfile;
  const whose = { customerId: customer.id, companyName, domain };
  return error === undefined ? { ...whose, qualifications } : { ...whose, error: plainError(error) };
}

function plainError({ statusCode, code, message, correlationId }: PartnerCenterError) {
  return { statusCode, code, message, correlationId };
}
