// Tells of each denial as it happens, until Ctrl-C. Vetted only: Partner Center has no events. A file keeps the place:
// started again, it tells of what was denied meanwhile.
//   node examples/dist/alert-on-denial.js <place-file>
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { PartnerCenterClient } from '@vetted/client';
import { findTarget } from './credential.js';
import { explain } from './explain.js';

const [placeFile] = process.argv.slice(2);
if (placeFile === undefined) {
  console.error('Usage: node examples/dist/alert-on-denial.js <place-file>');
  process.exit(2);
}
const { baseUrl, credential } = await findTarget();
const client = new PartnerCenterClient(credential, baseUrl === undefined ? {} : { baseUrl });

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const place = existsSync(placeFile) ? { lastEventId: readFileSync(placeFile, 'utf8') } : {};

try {
  const changes = client.vetting.events({
    ...place,
    abortSignal: stop.signal,
    onOpen: (lastEventId) => {
      if (lastEventId !== undefined) writeFileSync(placeFile, lastEventId);
      console.log('Listening.');
    },
  });
  for await (const { id, customerId, qualification, vettingStatus, vettingReason } of changes) {
    if (vettingStatus === 'Denied') {
      const { companyProfile } = await client.customers.byId(customerId).get();
      console.log(`${companyProfile.companyName}, ${qualification}: ${vettingReason}.`);
    }
    writeFileSync(placeFile, id);
  }
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
