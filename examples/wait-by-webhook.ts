// Requests Education for a customer and waits until a webhook tells of the decision. Vetted only; in the sandbox the
// website decides, an hour of its clock later: approved.example.edu, denied.example.edu, not-academic.example.edu.
//   node examples/dist/wait-by-webhook.js <customer-tenant-id> <website>
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { isWebhookVerificationError, PartnerCenterClient, verifyWebhook } from '@vetted/client';
import { findTarget } from './credential.js';
import { explain } from './explain.js';
import { callVetted } from './vetted.js';

const [customerId, website] = process.argv.slice(2);
if (customerId === undefined || website === undefined) {
  console.error('Usage: node examples/dist/wait-by-webhook.js <customer-tenant-id> <website>');
  process.exit(2);
}
const target = await findTarget('agent');
const client = new PartnerCenterClient(
  target.credential,
  target.baseUrl === undefined ? {} : { baseUrl: target.baseUrl },
);
const { qualification } = client.customers.byId(customerId);

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const registration = await callVetted(target, '/webhooks/v1/registration', {
  method: 'POST',
  body: {
    WebhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/vetted`,
    WebhookEvents: ['customer-qualification-updated'],
  },
});
const { WebhookSecret: secret } = (await registration.json()) as { WebhookSecret: string };

try {
  const decided = new Promise<void>((resolve, reject) => {
    server.on('request', (request: IncomingMessage, response) => {
      receive(request)
        .then((status) => {
          response.writeHead(status).end();
        })
        .catch(reject);
    });

    /** Believes nothing that is not signed; then asks what stands, since the event only says that something changed. */
    async function receive(request: IncomingMessage): Promise<number> {
      try {
        const event = verifyWebhook(await buffer(request), request.headers, secret);
        if (event.customerId !== customerId) return 204;
      } catch (error) {
        if (isWebhookVerificationError(error)) return 401;
        throw error;
      }
      const education = (await qualification.getQualifications()).find((one) => one.qualification === 'Education');
      if (education?.vettingStatus !== 'InReview') {
        console.log(`${education?.vettingStatus}${education?.vettingReason ? `: ${education.vettingReason}` : ''}.`);
        resolve();
      }
      return 204;
    }
  });
  const created = await qualification.createQualifications({
    qualification: 'Education',
    educationSegment: 'K12',
    website,
  });
  console.log(`${created.vettingStatus}. Waiting for the decision.`);
  await decided;
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
} finally {
  await callVetted(target, '/webhooks/v1/registration', { method: 'DELETE' });
  server.close();
  server.closeAllConnections();
}
