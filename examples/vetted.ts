import type { Target } from './credential.js';

/** Calls one of Vetted's own routes, which Partner Center does not have. */
export async function callVetted(
  { baseUrl, credential }: Target,
  path: string,
  init: { readonly method?: string; readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  if (baseUrl === undefined) throw new Error('Start a sandbox first: npm start');
  const access = await credential.getToken('https://api.partnercenter.microsoft.com/.default');
  const response = await fetch(baseUrl + path, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${access?.token}`,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
}
