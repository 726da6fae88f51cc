// May this customer get Education offers? Exits with 0 if so, with 1 if not (yet), with 3 if
// that cannot be told.
//   node examples/dist/check-before-order.js <customer-tenant-id>
import { PartnerCenterClient } from '@vetted/client';
import { findTarget } from './credential.js';
import { explain } from './explain.js';

const [customerId] = process.argv.slice(2);
if (customerId === undefined) {
  console.error('Usage: node examples/dist/check-before-order.js <customer-tenant-id>');
  process.exit(2);
}
try {
  const { baseUrl, credential } = await findTarget();
  const client = new PartnerCenterClient(credential, baseUrl === undefined ? {} : { baseUrl });

  const qualifications = await client.customers.byId(customerId).qualification.getQualifications();
  const education = qualifications.find(({ qualification }) => qualification === 'Education');

  switch (education?.vettingStatus) {
    case 'Approved':
      console.log('Qualified for Education offers.');
      break;
    case 'InReview':
      console.log(`Not yet: in review since ${education.vettingCreatedDate}.`);
      process.exitCode = 1;
      break;
    case 'Denied':
      console.log(`Not qualified: ${education.vettingReason}.`);
      process.exitCode = 1;
      break;
    default:
      console.log('Not qualified: Education was never requested.');
      process.exitCode = 1;
  }
} catch (error) {
  console.error(explain(error));
  process.exitCode = 3;
}
