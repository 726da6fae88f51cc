import fastify from 'fastify';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../src/domain/refusal.js';
import { type Form, partner, partnerCenter, signIn, startAuthority } from './sandbox-support.js';

const asApplication = { grant_type: 'client_credentials', scope: `${partnerCenter}/.default` };

describe('the token endpoint refuses', () => {
  const changes: [string, Record<string, string>, number, string][] = [
    ['no grant type', { grant_type: '' }, 400, 'invalid_request'],
    ['an unknown grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no client', { client_id: '' }, 400, 'invalid_request'],
    ['an unknown client', { client_id: partner }, 401, 'invalid_client'],
    ['no secret', { client_secret: '' }, 401, 'invalid_client'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['no scope', { scope: '' }, 400, 'invalid_request'],
    ['a scope that is too long', { scope: 'x'.repeat(2049) }, 400, 'invalid_request'],
    ['a scope without a resource', { scope: '.default' }, 400, 'invalid_scope'],
    ['a resource without a permission', { scope: partnerCenter }, 400, 'invalid_scope'],
    ['identity scopes alone', { scope: 'openid profile' }, 400, 'invalid_scope'],
    ['a permission of a user', { scope: `${partnerCenter}/user_impersonation` }, 400, 'invalid_scope'],
    ['an unknown permission', { scope: `${partnerCenter}/read` }, 400, 'invalid_scope'],
    ['two resources', { scope: `${partnerCenter}/.default https://other.example/.default` }, 400, 'invalid_scope'],
    ['a resource by name in version 2', { resource: partnerCenter }, 400, 'invalid_request'],
    ['a refresh without a token', { grant_type: 'refresh_token' }, 400, 'invalid_request'],
    ['a made-up refresh token', { grant_type: 'refresh_token', refresh_token: 'made-up' }, 400, 'invalid_grant'],
    ['a code without its verifier', { grant_type: 'authorization_code', code: 'x' }, 400, 'invalid_request'],
  ];
  it.each(changes)('%s', async (_, change, status, error) => {
    const { client, token } = await startAuthority();
    const answer = await token(partner, { ...asApplication, ...client, ...change });
    expect(answer).toMatchObject({ status, body: { error } });
    expect(Object.keys(answer.body)).toStrictEqual(['error', 'error_description']);
    // RFC 6749, 5.2, allows neither quotation marks nor backslashes.
    expect(answer.body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });

  it.each(['grant_type', 'scope', 'client_id', 'client_secret', 'x-client-SKU'])('%s sent twice', async (name) => {
    const { client, token } = await startAuthority();
    const form: Form = [...Object.entries({ ...asApplication, ...client, 'x-client-SKU': 'x' }), [name, 'again']];
    expect(await token(partner, form)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('version 1 without a resource', async () => {
    const { client, post } = await startAuthority();
    const response = await post(`/${partner}/oauth2/token`, { grant_type: 'client_credentials', ...client });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toStrictEqual({ error: 'invalid_request', error_description: 'resource is missing.' });
  });

  it.each(['common', 'organizations'])('an application under /%s', async (tenant) => {
    const { client, token } = await startAuthority();
    const answer = await token(tenant, { ...asApplication, ...client });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it.each(['consumers', 'contoso.example', 'v1', `${partner}0`, 'xcommon'])(
    'the tenant %s, as nothing that is there',
    async (tenant) => {
      const { client, token, get } = await startAuthority();
      expect((await token(tenant, { ...asApplication, ...client })).status).toBe(404);
      for (const path of ['v2.0/.well-known/openid-configuration', 'discovery/v2.0/keys', 'oauth2/v2.0/logout']) {
        expect((await get(`/${tenant}/${path}`)).statusCode).toBe(404);
      }
    },
  );

  it.each([
    ['a wrong secret', (id: string) => `Basic ${btoa(`${id}:wrong`)}`],
    ['no colon', (id: string) => `Basic ${btoa(id)}`],
    ['another scheme', () => 'Bearer token'],
  ])('HTTP Basic with %s, and says how to authenticate', async (_, headerOf) => {
    const { client, token } = await startAuthority();
    const { status, headers, body } = await token(partner, asApplication, {
      authorization: headerOf(client.client_id),
    });
    expect({ status, error: body.error }).toStrictEqual({ status: 401, error: 'invalid_client' });
    expect(headers['www-authenticate']).toMatch(/^Basic realm=/);
  });

  it('a secret in both places, and an id in the form that is not the one in the header', async () => {
    const { client, token } = await startAuthority();
    const headers = { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` };
    expect((await token(partner, { ...asApplication, ...client }, headers)).body.error).toBe('invalid_request');
    expect((await token(partner, { ...asApplication, client_id: partner }, headers)).body.error).toBe('invalid_client');
  });

  it("another data folder's refresh token and secret", async () => {
    const [one, other] = [await startAuthority({ home: 'none' }), await startAuthority({ home: 'none' })];
    const form = { grant_type: 'refresh_token', refresh_token: other.users.agent.refreshToken };
    expect((await one.token(partner, { ...form, ...one.client })).body.error).toBe('invalid_grant');
    expect((await one.token(partner, { ...asApplication, ...other.client })).body.error).toBe('invalid_client');
  });

  it('an access token or an unsigned one in place of a refresh token', async () => {
    const { client, users, token } = await startAuthority();
    const { body } = await token(partner, { ...asApplication, ...client });
    const [, payload] = users.agent.refreshToken.split('.');
    const forged = await new SignJWT({ oid: 'x' }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
    for (const refreshToken of [body.access_token ?? '', `${btoa('{"alg":"none"}')}.${payload}.`, forged]) {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken, ...client };
      expect((await token(partner, form)).body.error).toBe('invalid_grant');
    }
  });

  it('a confidential refresh token without the secret, and a public one with a wrong secret', async () => {
    const authority = await startAuthority();
    const { users, client, token } = authority;
    const form = { grant_type: 'refresh_token', client_id: client.client_id };
    const without = await token(partner, { ...form, refresh_token: users.agent.refreshToken });
    expect(without).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const { redemption } = await signIn(authority);
    const { body } = await token(partner, redemption);
    const wrong = { ...form, refresh_token: body.refresh_token ?? '', client_secret: 'wrong' };
    expect(await token(partner, wrong)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('another content type', async () => {
    const { post } = await startAuthority();
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      const response = await post(`/${partner}/oauth2/v2.0/token`, '{}', { 'content-type': type });
      expect(response.statusCode).toBe(400);
      expect(response.json().error).toBe('invalid_request');
    }
  });

  it('no body at all', async () => {
    const { app } = await startAuthority();
    const request = { method: 'POST', url: `/${partner}/oauth2/v2.0/token`, headers: { host: 'localhost' } } as const;
    const response = await app.inject(request);
    expect(response.json()).toStrictEqual({ error: 'invalid_request', error_description: 'grant_type is missing.' });
  });

  it('a form larger than 64 kB', async () => {
    const { client, token, post } = await startAuthority();
    const form = { ...asApplication, ...client };
    expect((await token(partner, { ...form, padding: 'x'.repeat(60_000) })).status).toBe(200);
    const response = await post(`/${partner}/oauth2/v2.0/token`, { ...form, padding: 'x'.repeat(70_000) });
    expect(response.statusCode).toBe(413);
    expect(response.json().error).toBe('invalid_request');
  });
});

it('ignores parameters it does not know and those without a value', async () => {
  const { client, token } = await startAuthority();
  const form = { ...asApplication, ...client, 'x-client-SKU': 'msal', claims: '{}', resource: '', ['__proto__']: 'x' };
  expect(
    (await token(partner, form, { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' })).status,
  ).toBe(200);
});

it.each([
  'vetted.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example:80',
  'evil.example#localhost',
  'localhost:x',
  'user@localhost',
  '192.168.0.1',
])('answers nothing but an error under the name %s', async (host) => {
  const { client, get, post } = await startAuthority();
  const responses = [
    await get(`/${partner}/v2.0/.well-known/openid-configuration`, {}, { host }),
    await get(`/${partner}/discovery/v2.0/keys`, {}, { host }),
    await get(`/${partner}/oauth2/v2.0/authorize`, {}, { host }),
    await get(`/${partner}/oauth2/v2.0/logout`, {}, { host }),
    await post(`/${partner}/oauth2/v2.0/token`, { ...asApplication, ...client }, { host }),
  ];
  for (const response of responses) {
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toBe('invalid_request');
    expect(response.body).not.toContain('evil');
  }
});

it('ignores forwarding headers', async () => {
  const { get } = await startAuthority();
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
  const response = await get(`/${partner}/v2.0/.well-known/openid-configuration`, {}, headers);
  expect(response.json().issuer).toBe(`http://127.0.0.1:7070/${partner}/v2.0`);
});

it('leaves the parsers and the error bodies of the rest of the service alone', async () => {
  const app = fastify();
  app.setErrorHandler((_error, _request, reply) => reply.code(400).send({ code: 'theirs' }));
  app.post('/theirs', async (request) => request.body);
  const { post } = await startAuthority({ app });
  expect((await post('/theirs', '{"a":1}', { 'content-type': 'application/json' })).json()).toStrictEqual({ a: 1 });
  expect((await post('/theirs', { a: '1' })).json()).toStrictEqual({ code: 'theirs' });
});

it('passes on that the service is closing, as OAuth says it', async () => {
  const app = fastify();
  app.addHook('onRequest', async () => {
    throw new Refusal('ServiceUnavailable');
  });
  const { client, token } = await startAuthority({ app });
  const answer = await token(partner, { ...asApplication, ...client });
  expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
});

it('says nothing of what nobody foresaw', async () => {
  const authority = await startAuthority();
  const { client, users, token, clock } = authority;
  clock.advance(Number.NaN);
  const answer = await token(partner, {
    grant_type: 'refresh_token',
    refresh_token: users.agent.refreshToken,
    ...client,
  });
  expect(answer).toMatchObject({
    status: 500,
    body: { error: 'server_error', error_description: 'An unforeseen error occurred.' },
  });
});
