import { call, type TestSandbox } from '@vetted/testkit';

/** A user's token that is new: for tests that move the clock further than a token lives. */
export async function freshToken(
  { description: { baseUrl, clientId, clientSecret, users } }: TestSandbox,
  user: keyof TestSandbox['description']['users'],
): Promise<string> {
  const { tenantId, refreshToken } = users[user];
  const { status, text, body } = await call(`${baseUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
      scope: 'https://api.partnercenter.microsoft.com/.default',
    }),
  });
  if (status !== 200) throw new Error(`No token: ${status} ${text}`);
  return body.access_token;
}
