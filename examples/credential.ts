import { readFile } from 'node:fs/promises';
import { DefaultAzureCredential } from '@azure/identity';
import type { TokenCredential } from '@vetted/client';

/** Which service to call, and as whom. */
export interface Target {
  readonly baseUrl: string | undefined;
  readonly credential: TokenCredential;
}

/**
 * The sandbox that runs in this folder (`npm start`), or else Microsoft's Partner Center with whatever credential
 * @azure/identity finds: environment variables, a managed identity, `az login`.
 * @param user a sandbox user for an App+User token; without one it is app-only
 */
export async function findTarget(user?: 'agent'): Promise<Target> {
  const file = `${process.env.VETTED_HOME ?? '.vetted'}/sandbox.json`;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { baseUrl: undefined, credential: new DefaultAzureCredential() };

  const sandbox = JSON.parse(text);
  const grant = user
    ? { grant_type: 'refresh_token', refresh_token: sandbox.users[user].refreshToken }
    : { grant_type: 'client_credentials' };
  const getToken = async (scopes: string | string[]) => {
    const response = await fetch(`${sandbox.baseUrl}/${sandbox.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: sandbox.clientId,
        client_secret: sandbox.clientSecret,
        scope: [scopes].flat().join(' '),
        ...grant,
      }),
    });
    const token = await response.json();
    return { token: token.access_token, expiresOnTimestamp: Date.now() + token.expires_in * 1000 };
  };
  return { baseUrl: sandbox.baseUrl, credential: { getToken } };
}
