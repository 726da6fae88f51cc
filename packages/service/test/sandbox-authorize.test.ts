import { describe, expect, it } from 'vitest';
import {
  type Authority,
  authorization,
  newVerifier,
  operator,
  origin,
  partner,
  redirectUri,
  signIn,
  startAuthority,
  stranger,
} from './sandbox-support.js';

/** Sends a whole authorization request with some parameters changed; an empty one counts as not sent. */
async function ask(authority: Authority, changes: Record<string, string> = {}, tenant = 'common') {
  const query = { ...authorization(newVerifier().challenge, authority.client.client_id), ...changes };
  return authority.get(`/${tenant}/oauth2/v2.0/authorize`, query);
}

function redirection(response: Awaited<ReturnType<typeof ask>>) {
  expect(response.statusCode).toBe(302);
  const url = new URL(response.headers.location ?? '');
  return { target: `${url.origin}${url.pathname}`, query: Object.fromEntries(url.searchParams), fragment: url.hash };
}

describe('a request that names a user', () => {
  it('is sent back at once with a code and its state', async () => {
    const response = await ask(await startAuthority());
    expect(redirection(response)).toStrictEqual({
      target: redirectUri,
      query: { code: expect.stringMatching(/^[\w-]{43}$/), state: 'a state' },
      fragment: '',
    });
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  it('is answered in the fragment on demand', async () => {
    const { query, fragment } = redirection(await ask(await startAuthority(), { response_mode: 'fragment' }));
    expect(query).toStrictEqual({});
    const members = Object.fromEntries(new URLSearchParams(fragment.slice(1)));
    expect(members).toStrictEqual({ code: expect.any(String), state: 'a state' });
  });

  it("keeps the redirect URI's own query", async () => {
    const { query } = redirection(await ask(await startAuthority(), { redirect_uri: `${redirectUri}?kept=1` }));
    expect(query).toMatchObject({ kept: '1', code: expect.any(String) });
  });

  it.each(['http://127.0.0.1:3000/', 'https://localhost/', 'http://[::1]:9/x'])('may lead to %s', async (uri) => {
    expect(redirection(await ask(await startAuthority(), { redirect_uri: uri })).target).toBe(uri);
  });

  it('takes the name in any case, and prompt=none with it', async () => {
    const changes = { login_hint: 'Reviewer@Vetting.example', prompt: 'none', state: '' };
    const { query } = redirection(await ask(await startAuthority(), changes, operator));
    expect(query).toStrictEqual({ code: expect.any(String) });
  });

  it('gives each user a code of its own', async () => {
    const authority = await startAuthority();
    const { redemption } = await signIn(authority, { login_hint: 'administrator@vetting.example' });
    const { body } = await authority.token(operator, redemption);
    const [, payload] = (body.access_token ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())).toMatchObject({
      tid: operator,
      upn: 'administrator@vetting.example',
      roles: ['Vetting.Review', 'Vetting.Administer'],
    });
  });
});

describe('the page of choices', () => {
  it('lists the three users, each a link to the same request', async () => {
    const authority = await startAuthority();
    const response = await ask(authority, { login_hint: '' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    const links = [...response.body.matchAll(/href="([^"]+)"/g)].map(([, link]) =>
      (link ?? '').replaceAll('&#38;', '&'),
    );
    expect(links).toHaveLength(3);
    const hints = await Promise.all(
      links.map(async (link) => {
        const url = new URL(link, `${origin}/common/oauth2/v2.0/authorize`);
        const next = await authority.get(url.pathname, [...url.searchParams]);
        expect(redirection(next).query).toMatchObject({ code: expect.any(String), state: 'a state' });
        return url.searchParams.get('login_hint');
      }),
    );
    expect(hints).toStrictEqual(['agent@contoso.example', 'reviewer@vetting.example', 'administrator@vetting.example']);
  });

  it('lists only the users of the tenant in the path', async () => {
    const { body } = await ask(await startAuthority(), { login_hint: '' }, partner);
    expect(body).toContain('agent@contoso.example');
    expect(body).not.toContain('vetting.example');
  });

  it('is shown for a user whom the sandbox does not know', async () => {
    expect((await ask(await startAuthority(), { login_hint: 'someone@else.example' })).statusCode).toBe(200);
  });

  it('escapes what it was sent, and allows itself nothing but its style', async () => {
    const nasty = `"'><script>alert(1)</script>&lt;`;
    const changes = { login_hint: '', state: nasty, nonce: nasty, redirect_uri: `http://localhost/'"><script>` };
    const { body, headers } = await ask(await startAuthority(), changes);
    expect(body).not.toContain('<script');
    expect(body).not.toContain(`'>`);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]+='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });
});

describe('a request that cannot be trusted is sent nowhere', () => {
  it.each([
    ['no client', { client_id: '' }, 'invalid_request'],
    ['an unknown client', { client_id: stranger }, 'unauthorized_client'],
    ['no redirect URI', { redirect_uri: '' }, 'invalid_request'],
    ...[
      'https://evil.example/',
      'http://localhost.evil.example/',
      'http://localhost@evil.example/',
      'http://user@localhost/',
      'http://localhost/#fragment',
      'javascript:alert(1)',
      'ftp://localhost/',
      '//localhost/',
      '/signed-in',
      'http://192.168.0.1/',
    ].map((uri): [string, Record<string, string>, string] => [uri, { redirect_uri: uri }, 'invalid_request']),
  ] satisfies [string, Record<string, string>, string][])('%s', async (_, changes, error) => {
    const response = await ask(await startAuthority(), changes);
    expect(response.statusCode).toBe(400);
    expect(response.headers).not.toHaveProperty('location');
    expect(response.json()).toStrictEqual({ error, error_description: expect.any(String) });
  });

  it.each(['client_id', 'redirect_uri'])('%s sent twice', async (name) => {
    const { client, get } = await startAuthority();
    const query = Object.entries(authorization(newVerifier().challenge, client.client_id));
    const response = await get('/common/oauth2/v2.0/authorize', [...query, [name, 'http://localhost/']]);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toStrictEqual({
      error: 'invalid_request',
      error_description: `${name} is sent more than once.`,
    });
  });
});

describe('other errors go back by redirection', () => {
  it.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: '' }, 'invalid_request'],
    ['another response mode', { response_mode: 'form_post' }, 'invalid_request'],
    ['no scope', { scope: '' }, 'invalid_request'],
    ['a scope without a resource', { scope: 'openid' }, 'invalid_scope'],
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE of no method', { code_challenge_method: '' }, 'invalid_request'],
    ['a challenge that is no digest', { code_challenge: 'short' }, 'invalid_request'],
    ['nobody to sign in without a page', { login_hint: '', prompt: 'none' }, 'login_required'],
  ])('%s', async (_, changes, error) => {
    const { target, query } = redirection(await ask(await startAuthority(), changes));
    expect(target).toBe(redirectUri);
    expect(query).toStrictEqual({ error, error_description: expect.any(String), state: 'a state' });
  });

  it.each([
    ["another tenant's user", operator],
    ['a tenant without users', stranger],
  ])('%s', async (_, tenant) => {
    const { query } = redirection(await ask(await startAuthority(), {}, tenant));
    expect(query).toMatchObject({ error: 'access_denied', state: 'a state' });
  });

  it('in the fragment where that was asked', async () => {
    const changes = { response_mode: 'fragment', scope: '' };
    expect(redirection(await ask(await startAuthority(), changes)).fragment).toMatch(/^#error=invalid_request&/);
  });

  it.each(['scope', 'state', 'login_hint'])('%s sent twice', async (name) => {
    const { client, get } = await startAuthority();
    const query = Object.entries(authorization(newVerifier().challenge, client.client_id));
    const answer = redirection(await get('/common/oauth2/v2.0/authorize', [...query, [name, 'again']]));
    expect(answer.query).toStrictEqual({
      error: 'invalid_request',
      error_description: `${name} is sent more than once.`,
      ...(name === 'state' ? {} : { state: 'a state' }),
    });
  });
});

describe('the sign-out', () => {
  const path = `/${partner}/oauth2/v2.0/logout`;

  it('leads back to this machine with its state', async () => {
    const { get } = await startAuthority();
    const response = await get(path, { post_logout_redirect_uri: 'http://localhost:5173/', state: 'a state' });
    expect(response.statusCode).toBe(302);
    expect(response.headers.location).toBe('http://localhost:5173/?state=a+state');
  });

  it.each([{}, { post_logout_redirect_uri: 'https://evil.example/' }])('shows a page for %o', async (query) => {
    const { get } = await startAuthority();
    const response = await get(path, query);
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain('You are signed out');
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  });
});

describe('the discovery document', () => {
  it.each([
    [`/${partner}/v2.0/.well-known/openid-configuration`, `${origin}/${partner}/v2.0`, 'v2.0/token'],
    [`/${partner}/.well-known/openid-configuration`, `${origin}/${partner}/`, 'token'],
    ['/common/v2.0/.well-known/openid-configuration', `${origin}/{tenantid}/v2.0`, 'v2.0/token'],
  ])('at %s names issuer %s', async (path, issuer, tokenPath) => {
    const { get } = await startAuthority();
    const document = (await get(path)).json();
    const [, tenant] = path.split('/');
    expect(document).toMatchObject({
      issuer,
      token_endpoint: `${origin}/${tenant}/oauth2/${tokenPath}`,
      authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${origin}/${tenant}/oauth2/v2.0/logout`,
    });
    const { keys } = (await get(new URL(document.jwks_uri).pathname)).json();
    expect(keys).toHaveLength(1);
    // The private members of an RSA key (RFC 7518, 6.3.2) stay at home.
    expect(Object.keys(keys[0]).sort()).toStrictEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });
});

it.each([
  `${origin}/${partner}`,
  `${origin}/${partner}/v1.0`,
  `${origin}/${partner}/v2.0/`,
  `${origin}/contoso.example/v2.0`,
  `https://login.microsoftonline.com/${partner}/v2.0`,
  `http://localhost.evil.example/${partner}/v2.0`,
  `http://localhost@evil.example/${partner}/v2.0`,
])('does not take %s for an issuer of its own', async (issuer) => {
  const { sandbox } = await startAuthority();
  expect(sandbox.issuer.tenantOf(issuer)).toBeUndefined();
});
