// Writes all customers with their qualifications as CSV. Where it breaks off, it says how to go on.
//   node examples/dist/customers-to-csv.js [continue-from] > customers.csv
import { once } from 'node:events';
import { PartnerCenterClient } from '@vetted/client';
import { stringify } from 'csv-stringify/sync';
import { findTarget } from './credential.js';
import { explain } from './explain.js';

let [continueFrom] = process.argv.slice(2);
const { baseUrl, credential } = await findTarget();
const client = new PartnerCenterClient(credential, baseUrl === undefined ? {} : { baseUrl });

/** A name that begins with `=` would be a formula to a spreadsheet, but for the option. */
async function write(...row: (string | undefined)[]): Promise<void> {
  if (!process.stdout.write(stringify([row], { escape_formulas: true }))) await once(process.stdout, 'drain');
}

try {
  const options = continueFrom === undefined ? {} : { continueFrom };
  if (continueFrom === undefined) await write('customer', 'name', 'qualification', 'status', 'reason', 'since');
  for await (const { customer, qualifications, error, ...next } of client.qualifications.list(options)) {
    const { id, companyProfile } = customer;
    if (error !== undefined) console.error(`${id}: ${error.message}`);
    for (const { qualification, vettingStatus, vettingReason, vettingCreatedDate } of qualifications) {
      await write(id, companyProfile.companyName, qualification, vettingStatus, vettingReason, vettingCreatedDate);
    }
    continueFrom = next.continueFrom;
  }
} catch (error) {
  console.error(explain(error));
  if (continueFrom !== undefined) console.error(`To go on: node examples/dist/customers-to-csv.js '${continueFrom}'`);
  process.exitCode = 1;
}
