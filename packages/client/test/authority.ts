import { createDefaultHttpClient, createHttpHeaders, type HttpClient, RestError } from '@azure/core-rest-pipeline';

export const AUTHORITY = 'https://authority.example';
export const TENANT = '5b7c3a52-6a3c-4f6e-9f0a-1d2c3b4a5e6f';

/** One answer of a token endpoint; a text is sent as it stands, a number is a bare status, `cut` no answer at all. */
export type TokenAnswer = Record<string, unknown> | string | number;

/** A token request as it arrived. */
export interface TokenRequest {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
}

export interface ScriptedAuthority {
  readonly httpClient: HttpClient;
  readonly tokenRequests: TokenRequest[];
  /** How many token requests are under way, at most, at one time. */
  mostAtOnce(): number;
}

/** What Entra ID answers to a refresh that succeeds. */
export function granted(accessToken: string, refreshToken?: string): TokenAnswer {
  return {
    token_type: 'Bearer',
    scope: 'https://api.partnercenter.microsoft.com/user_impersonation',
    expires_in: 3600,
    access_token: accessToken,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  };
}

/** What Entra ID answers to one that it refuses. */
export function refused(error: string, description: string): TokenAnswer {
  return {
    error,
    error_description: `${description} Trace ID: 0af0 Correlation ID: c0ff Timestamp: 2026-11-22 10:00:00Z`,
    error_codes: [700082],
    correlation_id: 'c0ffee00-0000-4000-8000-000000000001',
  };
}

/** An authority that plays its answers in their order, the last one again and again. */
export function scriptedAuthority(...answers: TokenAnswer[]): ScriptedAuthority {
  const tokenRequests: TokenRequest[] = [];
  let underWay = 0;
  let most = 0;
  return {
    tokenRequests,
    mostAtOnce: () => most,
    httpClient: {
      async sendRequest(request) {
        const respond = (body: TokenAnswer) => ({
          request,
          status: typeof body === 'number' ? body : typeof body === 'object' && 'error' in body ? 400 : 200,
          headers: createHttpHeaders({ 'Content-Type': 'application/json' }),
          bodyAsText: typeof body === 'object' ? JSON.stringify(body) : typeof body === 'string' ? body : '',
        });
        if (request.method === 'GET') return respond(discovery(request.url));
        // MSAL adds an id of the request as a query.
        const [url = ''] = request.url.split('?');
        tokenRequests.push({ url, form: Object.fromEntries(new URLSearchParams(String(request.body))) });
        most = Math.max(most, ++underWay);
        await new Promise(setImmediate);
        underWay--;
        const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? '';
        if (answer !== 'cut') return respond(answer);
        throw new RestError('connect ECONNREFUSED', { code: 'ECONNREFUSED', request });
      },
    },
  };
}

/** The discovery document of the tenant that was asked about. */
function discovery(url: string): TokenAnswer {
  const [root = ''] = url.split('/v2.0/', 1);
  return {
    issuer: `${root}/v2.0`,
    authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
    token_endpoint: `${root}/oauth2/v2.0/token`,
    end_session_endpoint: `${root}/oauth2/v2.0/logout`,
    jwks_uri: `${root}/discovery/v2.0/keys`,
  };
}

/** An HTTP client that trusts one more certificate. */
export function trusting(certificate: string): HttpClient {
  const inner = createDefaultHttpClient();
  return {
    sendRequest(request) {
      request.tlsSettings = { ca: certificate };
      return inner.sendRequest(request);
    },
  };
}
