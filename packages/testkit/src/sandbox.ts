import { randomUUID } from 'node:crypto';
import { type RunningService, type SandboxDescription, type ServiceOptions, startService } from '@vetted/service';

/** An answer of the service, its body parsed if it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails where it is not there.
  readonly body: any;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The tokens of a sandbox, each fetched once. */
export interface TokenSource {
  /** An app-only token of the sample partner, or of another tenant. */
  appToken(tenantId?: string): Promise<string>;
  /** An App+User token of the sample partner's agent, or of another sample user. */
  userToken(user?: keyof SandboxDescription['users']): Promise<string>;
}

/** A sandbox that runs on a free port, and what a test asks of it. */
export interface TestSandbox extends TokenSource {
  readonly url: string;
  readonly description: SandboxDescription;
  /** GET below the service's root; with an app-only token unless it says otherwise. */
  get(path: string, options?: CallOptions): Promise<Answer>;
  /** POST of JSON below the service's root; with the agent's token unless it says otherwise, and an MS-RequestId. */
  post(path: string, body: unknown, options?: CallOptions): Promise<Answer>;
  /** Requests a qualification. */
  request(customerId: string, body: unknown, options?: CallOptions & { code?: string }): Promise<Answer>;
  qualifications(customerId: string, options?: CallOptions): Promise<Answer>;
  /** Moves the service's clock by an ISO 8601 duration; what became due is done when this resolves. */
  advance(duration: string): Promise<void>;
  close(): Promise<void>;
}

export async function startSandbox(options: ServiceOptions = {}): Promise<TestSandbox> {
  const service = await startService({ sandbox: true, port: 0, logLevel: 'silent', ...options });
  const tokens = tokenSource(described(service));
  const url = service.url;
  const sandbox: TestSandbox = {
    url,
    description: described(service),
    ...tokens,
    async get(path, { token, headers } = {}) {
      return call(url + path, {
        headers: { authorization: `Bearer ${token ?? (await tokens.appToken())}`, ...headers },
      });
    },
    async post(path, body, { token, headers } = {}) {
      return call(url + path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          authorization: `Bearer ${token ?? (await tokens.userToken())}`,
          'content-type': 'application/json',
          'ms-requestid': randomUUID(),
          ...headers,
        },
      });
    },
    request: (customerId, body, { code, ...rest } = {}) =>
      sandbox.post(
        `/v1/customers/${customerId}/qualifications${code === undefined ? '' : `?code=${code}`}`,
        body,
        rest,
      ),
    qualifications: (customerId, rest) => sandbox.get(`/v1/customers/${customerId}/qualifications`, rest),
    advance: (duration) => advance(url, duration),
    close: () => service.close(),
  };
  return sandbox;
}

function described({ sandbox }: RunningService): SandboxDescription {
  if (sandbox === undefined) throw new Error('The service does not run as a sandbox.');
  return sandbox;
}

/** Calls, and reads the answer whole. */
export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

/** What the sandbox of this description gives. */
export function tokenSource({ baseUrl, tenantId, clientId, clientSecret, users }: SandboxDescription): TokenSource {
  const fetched = new Map<string, Promise<string>>();
  const tokenFor = (tenant: string, grant: Record<string, string>) => {
    const form = {
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://api.partnercenter.microsoft.com/.default',
      ...grant,
    };
    const key = JSON.stringify([tenant, form]);
    const token = fetched.get(key) ?? requestToken(`${baseUrl}/${tenant}/oauth2/v2.0/token`, form);
    fetched.set(key, token);
    return token;
  };
  return {
    appToken: (tenant = tenantId) => tokenFor(tenant, { grant_type: 'client_credentials' }),
    userToken: (user: keyof SandboxDescription['users'] = 'agent') =>
      tokenFor(users[user].tenantId, { grant_type: 'refresh_token', refresh_token: users[user].refreshToken }),
  };
}

async function requestToken(url: string, form: Record<string, string>): Promise<string> {
  const { status, text, body } = await call(url, { method: 'POST', body: new URLSearchParams(form) });
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
  return body.access_token;
}

/** Moves a sandbox's clock; what became due is done when this resolves. */
export async function advance(url: string, duration: string): Promise<void> {
  const { status, text } = await call(`${url}/sandbox/v1/clock`, {
    method: 'POST',
    body: JSON.stringify({ advance: duration }),
    headers: { 'content-type': 'application/json' },
  });
  if (status !== 200) throw new Error(`The clock was not moved by ${duration}: ${status} ${text}`);
}
