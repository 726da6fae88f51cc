// Requests Education for a customer and waits for the decision, for days if need be: stopped and started again, it goes
// on waiting and requests nothing twice. In the sandbox the website decides, an hour of its clock later:
// approved.example.edu, denied.example.edu, not-academic.example.edu.
//   node examples/dist/wait-for-decision.js <customer-tenant-id> <website> <state-file>
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { PartnerCenterClient } from '@vetted/client';
import { findTarget } from './credential.js';
import { explain } from './explain.js';

const [customerId, website, stateFile] = process.argv.slice(2);
if (customerId === undefined || website === undefined || stateFile === undefined) {
  console.error('Usage: node examples/dist/wait-for-decision.js <customer-tenant-id> <website> <state-file>');
  process.exit(2);
}
try {
  const { baseUrl, credential } = await findTarget('agent');
  const client = new PartnerCenterClient(credential, baseUrl === undefined ? {} : { baseUrl });

  const earlier = existsSync(stateFile) ? { restoreFrom: readFileSync(stateFile, 'utf8') } : {};
  const poller = client.customers
    .byId(customerId)
    .qualification.beginCreateQualifications({ qualification: 'Education', educationSegment: 'K12', website }, earlier);
  await poller.submitted();
  writeFileSync(stateFile, await poller.serialize());
  console.log('Waiting for the decision.');

  const { vettingStatus, vettingReason } = await poller;
  console.log(vettingReason === undefined ? `${vettingStatus}.` : `${vettingStatus}: ${vettingReason}.`);
  rmSync(stateFile);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
