// A process of its own for sandbox-azure-identity.test.ts: Node.js reads NODE_EXTRA_CA_CERTS only as it starts.
import { ClientSecretCredential } from '@azure/identity';

const { authorityHost, tenantId, clientId, clientSecret } = JSON.parse(process.argv[2] ?? '{}');
const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
  authorityHost,
  disableInstanceDiscovery: true,
  retryOptions: { maxRetries: 0 },
});
try {
  console.log(JSON.stringify(await credential.getToken('https://api.partnercenter.microsoft.com/.default')));
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
