import { join } from 'node:path';
import type { TestSandbox } from '@vetted/testkit';
import { temporaryFolder } from './support.js';

/**
 * The environment of somebody who has no sandbox in the data folder, and signs in to one that speaks https as to any
 * other service, with the credentials that Microsoft's have too.
 * @param home the data folder of that sandbox, which holds its certificate
 */
export async function elsewhere({ url, description }: TestSandbox, home: string): Promise<Record<string, string>> {
  const { authority, tenantId, clientId, clientSecret } = description;
  return {
    VETTED_HOME: await temporaryFolder(),
    VETTED_BASE_URL: url,
    NODE_EXTRA_CA_CERTS: join(home, 'https-certificate.pem'),
    AZURE_AUTHORITY_HOST: authority,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: clientSecret,
  };
}
