// Requests Education for a customer; that needs an App+User token.
//   node examples/dist/request-education.js <customer-tenant-id> <website>
import { PartnerCenterClient } from '@vetted/client';
import { findTarget } from './credential.js';
import { explain } from './explain.js';

const [customerId, website] = process.argv.slice(2);
if (customerId === undefined || website === undefined) {
  console.error('Usage: node examples/dist/request-education.js <customer-tenant-id> <website>');
  process.exit(2);
}
const { baseUrl, credential } = await findTarget('agent');
const client = new PartnerCenterClient(credential, baseUrl === undefined ? {} : { baseUrl });

try {
  const { vettingStatus, vettingCreatedDate } = await client.customers
    .byId(customerId)
    .qualification.createQualifications({
      qualification: 'Education',
      educationSegment: 'K12',
      website,
    });
  console.log(`${vettingStatus} since ${vettingCreatedDate}.`);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
