import type { TokenCredential } from '@azure/core-auth';
import type { SandboxDescription } from '@vetted/service';
import { Failure } from './errors.js';
import { PARTNER_CENTER_SCOPE } from './settings.js';

export type SandboxUser = keyof SandboxDescription['users'];

/**
 * Signs in to a sandbox, as its application or as one of its users. It asks over http: Azure's own credentials insist
 * on https, whose certificate is the sandbox's own here.
 */
export function sandboxCredential(sandbox: SandboxDescription, user?: SandboxUser): TokenCredential {
  return {
    async getToken() {
      const { access_token, expires_in } = await requestToken(sandbox, user);
      return { token: access_token, expiresOnTimestamp: Date.now() + expires_in * 1000 };
    },
  };
}

interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
}

async function requestToken(sandbox: SandboxDescription, user: SandboxUser | undefined): Promise<TokenAnswer> {
  const { baseUrl, clientId, clientSecret, users } = sandbox;
  const grant = user
    ? { grant_type: 'refresh_token', refresh_token: users[user].refreshToken }
    : { grant_type: 'client_credentials' };
  const tenantId = user ? users[user].tenantId : sandbox.tenantId;
  const answer = await post(baseUrl, `/${tenantId}/oauth2/v2.0/token`, {
    client_id: clientId,
    client_secret: clientSecret,
    scope: PARTNER_CENTER_SCOPE,
    ...grant,
  });
  if (isTokenAnswer(answer)) return answer;
  const { error_description: reason } = (answer ?? {}) as { error_description?: unknown };
  throw new Failure(
    typeof reason === 'string'
      ? `The sandbox at ${baseUrl} gives no token: ${reason}`
      : `What answers at ${baseUrl} is not this sandbox. Start it with: npx vetted serve --sandbox`,
  );
}

async function post(baseUrl: string, path: string, form: Record<string, string>): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(baseUrl + path, { method: 'POST', body: new URLSearchParams(form) });
  } catch {
    throw new Failure(`Nothing answers at ${baseUrl}. Start the sandbox with: npx vetted serve --sandbox`);
  }
  return response.json().catch(() => undefined);
}

function isTokenAnswer(answer: unknown): answer is TokenAnswer {
  const { access_token, expires_in } = (answer ?? {}) as Partial<TokenAnswer>;
  return typeof access_token === 'string' && typeof expires_in === 'number';
}
