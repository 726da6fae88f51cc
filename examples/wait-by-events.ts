// Requests Education for a customer and waits for the decision on Vetted's stream of events. Vetted only; in the sandbox
// the website decides, an hour of its clock later: approved.example.edu, denied.example.edu, not-academic.example.edu.
//   node examples/dist/wait-by-events.js <customer-tenant-id> <website>
import { PartnerCenterClient } from '@vetted/client';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { findTarget } from './credential.js';
import { callVetted } from './vetted.js';

const [customerId, website] = process.argv.slice(2);
if (customerId === undefined || website === undefined) {
  console.error('Usage: node examples/dist/wait-by-events.js <customer-tenant-id> <website>');
  process.exit(2);
}
const target = await findTarget('agent');
const client = new PartnerCenterClient(
  target.credential,
  target.baseUrl === undefined ? {} : { baseUrl: target.baseUrl },
);

/** The customer's changes from now on; a connection that ends is made again and goes on after the last event it had. */
async function* changes() {
  let lastEventId: string | undefined;
  for (;;) {
    const isFirst = lastEventId === undefined;
    const { body, headers } = await callVetted(target, '/vetting/v1/events', {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    });
    if (body === null) return;
    // The place at which the stream begins: a connection that ends before the first event goes on from there.
    lastEventId ??= headers.get('last-event-id') ?? undefined;
    if (isFirst) yield 'listening';
    for await (const event of body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())) {
      lastEventId = event.id ?? lastEventId;
      if (event.event !== 'customer-qualification-updated') continue;
      const change = JSON.parse(event.data);
      if (change.customerId === customerId && change.qualification === 'Education') yield change;
    }
  }
}

for await (const change of changes()) {
  if (change === 'listening') {
    await client.customers
      .byId(customerId)
      .qualification.createQualifications({ qualification: 'Education', educationSegment: 'K12', website });
  } else if (change.vettingStatus === 'InReview') {
    console.log('InReview. Waiting for the decision.');
  } else {
    console.log(`${change.vettingStatus}${change.vettingReason ? `: ${change.vettingReason}` : ''}.`);
    break;
  }
}
