import { describe, expect, it } from 'vitest';
import {
  claimsOf,
  operator,
  origin,
  partner,
  partnerCenter,
  redirectUri,
  signIn,
  startAuthority,
  stranger,
  verified,
} from './sandbox-support.js';

const applicationId = 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd';
const asApplication = { grant_type: 'client_credentials', scope: `${partnerCenter}/.default` };

describe('client_credentials', () => {
  it('gives an app-only token that the sandbox trusts', async () => {
    const { sandbox, clock, client, token } = await startAuthority();
    // A token that nothing is asked of outlives what its answer says: only one with a lifetime is exactly that old.
    const { status, headers, body } = await token(partner, { ...asApplication, ...client, lifetime: '3600' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(body).toStrictEqual({
      token_type: 'Bearer',
      expires_in: 3600,
      ext_expires_in: 3600,
      access_token: expect.any(String),
    });
    const claims = await verified(sandbox, body.access_token, clock());
    const now = clock().getTime() / 1000;
    expect(claims).toMatchObject({
      aud: partnerCenter,
      iss: `${origin}/${partner}/v2.0`,
      tid: partner,
      azp: client.client_id,
      idtyp: 'app',
      ver: '2.0',
      iat: now,
      nbf: now,
      exp: now + 3600,
    });
    expect(claims.sub).toBe(claims.oid);
    expect(claims).not.toHaveProperty('scp');
    expect(claims).not.toHaveProperty('roles');
    expect(sandbox.issuer.tenantOf(claims.iss ?? '')).toBe(partner);
  });

  it('issues for any tenant, each with a service principal of its own that stays the same', async () => {
    const { client, token } = await startAuthority();
    const claims = async (tenant: string) =>
      claimsOf((await token(tenant, { ...asApplication, ...client })).body.access_token);
    const [first, again, other] = [await claims(stranger), await claims(stranger.toUpperCase()), await claims(partner)];
    expect(first.tid).toBe(stranger);
    expect(first.oid).toBe(again.oid);
    expect(first.oid).not.toBe(other.oid);
    expect(first.oid).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/);
    expect(first.jti).not.toBe(again.jti);
  });

  it.each([
    [`${applicationId}/.default`, applicationId],
    ['https://graph.microsoft.com/.default', 'https://graph.microsoft.com'],
    ['api://another/.default', 'api://another'],
  ])('issues %s for the audience %s', async (scope, audience) => {
    const { client, token } = await startAuthority();
    const { body } = await token(partner, { ...asApplication, scope, ...client });
    expect(claimsOf(body.access_token).aud).toBe(audience);
  });

  it('takes the resource by name in version 1 and answers in its form', async () => {
    const { clock, sandbox, client, post } = await startAuthority();
    const form = { grant_type: 'client_credentials', resource: partnerCenter, ...client };
    const body = (await post(`/${partner}/oauth2/token`, form)).json();
    const now = clock().getTime() / 1000;
    expect(body).toStrictEqual({
      token_type: 'Bearer',
      expires_in: '3600',
      ext_expires_in: '3600',
      expires_on: String(now + 3600),
      not_before: String(now),
      resource: partnerCenter,
      access_token: expect.any(String),
    });
    const claims = await verified(sandbox, body.access_token, clock());
    expect(claims).toMatchObject({
      aud: partnerCenter,
      iss: `${origin}/${partner}/`,
      ver: '1.0',
      appid: client.client_id,
    });
    expect(sandbox.issuer.tenantOf(claims.iss ?? '')).toBe(partner);
  });

  it('takes the secret by HTTP Basic', async () => {
    const { client, token } = await startAuthority();
    const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64');
    const { status } = await token(partner, asApplication, { authorization: `Basic ${basic}` });
    expect(status).toBe(200);
  });

  it('names the issuer after the address it was asked at', async () => {
    const { client, post } = await startAuthority();
    const path = `/${partner}/oauth2/v2.0/token`;
    for (const host of ['localhost:8443', '[::1]:8443', 'LOCALHOST', '127.0.0.1']) {
      const body = (await post(path, { ...asApplication, ...client }, { host })).json();
      expect(claimsOf(body.access_token).iss).toBe(`http://${host.toLowerCase()}/${partner}/v2.0`);
    }
  });
});

describe('refresh_token', () => {
  it("gives an App+User token of the user's tenant, with multi-factor authentication", async () => {
    const { sandbox, clock, users, client, token } = await startAuthority();
    const form = { grant_type: 'refresh_token', refresh_token: users.agent.refreshToken, ...client };
    const { status, body } = await token(partner, form);
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      token_type: 'Bearer',
      expires_in: 3600,
      ext_expires_in: 3600,
      scope: `${partnerCenter}/user_impersonation`,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
    });
    const claims = await verified(sandbox, body.access_token, clock());
    expect(claims).toMatchObject({
      aud: partnerCenter,
      tid: partner,
      scp: 'user_impersonation',
      upn: 'agent@contoso.example',
      preferred_username: 'agent@contoso.example',
      name: 'Contoso Agent',
      amr: ['pwd', 'mfa'],
    });
    expect(claims).not.toHaveProperty('roles');
  });

  it('gives the sample users the roles they have in their own tenant', async () => {
    const { users, client, token } = await startAuthority();
    const roles = async (refreshToken: string) => {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken, ...client };
      return claimsOf((await token(operator, form)).body.access_token).roles;
    };
    expect(await roles(users.reviewer.refreshToken)).toStrictEqual(['Vetting.Review']);
    expect(await roles(users.administrator.refreshToken)).toStrictEqual(['Vetting.Review', 'Vetting.Administer']);
  });

  it('gives a new refresh token each time and keeps the old one valid', async () => {
    const { users, client, token } = await startAuthority();
    const refresh = async (refreshToken: string | undefined) => {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken ?? '', ...client };
      const { status, body } = await token('common', form);
      expect(status).toBe(200);
      return body.refresh_token;
    };
    const first = await refresh(users.agent.refreshToken);
    const second = await refresh(users.agent.refreshToken);
    const third = await refresh(second);
    expect(new Set([users.agent.refreshToken, first, second, third]).size).toBe(4);
  });

  it.each(['common', 'organizations', partner, partner.toUpperCase()])('serves the user under /%s', async (tenant) => {
    const { users, client, token } = await startAuthority();
    const form = { grant_type: 'refresh_token', refresh_token: users.agent.refreshToken, ...client };
    const { body } = await token(tenant, form);
    expect(claimsOf(body.access_token)).toMatchObject({ tid: partner, iss: `${origin}/${partner}/v2.0` });
  });

  it('serves another resource than before, .default and an id token when asked', async () => {
    const { users, client, token } = await startAuthority();
    const scope = `${applicationId}/.default openid profile offline_access`;
    const form = { grant_type: 'refresh_token', refresh_token: users.agent.refreshToken, scope, ...client };
    const { body } = await token(partner, { ...form, client_info: '1' });
    expect(claimsOf(body.access_token)).toMatchObject({ aud: applicationId, scp: 'user_impersonation' });
    expect(body.scope).toBe(`${applicationId}/user_impersonation ${scope}`);
    const { oid } = claimsOf(body.access_token);
    expect(claimsOf(body.id_token)).toMatchObject({ aud: client.client_id, oid });
    expect(JSON.parse(Buffer.from(body.client_info ?? '', 'base64url').toString())).toStrictEqual({
      uid: oid,
      utid: partner,
    });
  });

  it('serves version 1, with the resource or without', async () => {
    const { users, client, post } = await startAuthority();
    const form = { grant_type: 'refresh_token', refresh_token: users.agent.refreshToken, ...client };
    for (const resource of [{}, { resource: partnerCenter }]) {
      const body = (await post(`/${partner}/oauth2/token`, { ...form, ...resource })).json();
      expect(body).toMatchObject({ expires_in: '3600', resource: partnerCenter, scope: 'user_impersonation' });
      expect(body.refresh_token).toBeTypeOf('string');
      expect(claimsOf(body.access_token)).toMatchObject({ scp: 'user_impersonation', ver: '1.0' });
    }
  });

  it('never expires, and outlives a change of the clock in either direction', async () => {
    const { clock, users, client, token } = await startAuthority();
    const form = { grant_type: 'refresh_token', refresh_token: users.agent.refreshToken, ...client };
    clock.advance(400 * 86_400);
    const later = await token(partner, form);
    clock.advance(-800 * 86_400);
    const earlier = await token(partner, { ...form, refresh_token: later.body.refresh_token ?? '' });
    expect([later.status, earlier.status]).toStrictEqual([200, 200]);
  });
});

describe('authorization_code', () => {
  it('signs a user in without a secret, and refreshes without one', async () => {
    const authority = await startAuthority();
    const { sandbox, clock, client, token } = authority;
    const { redemption } = await signIn(authority);
    const { status, body } = await token('common', { ...redemption, client_info: '1' });
    expect(status).toBe(200);
    const claims = await verified(sandbox, body.access_token, clock());
    expect(claims).toMatchObject({ aud: partnerCenter, tid: partner, scp: 'user_impersonation', azpacr: '0' });
    expect(await verified(sandbox, body.id_token, clock())).toMatchObject({
      aud: client.client_id,
      iss: `${origin}/${partner}/v2.0`,
      nonce: 'a nonce',
      oid: claims.oid,
      preferred_username: 'agent@contoso.example',
    });
    expect(body.client_info).toBeTypeOf('string');
    const refresh = { grant_type: 'refresh_token', client_id: client.client_id };
    const refreshed = await token('common', { ...refresh, refresh_token: body.refresh_token ?? '' });
    expect(refreshed.status).toBe(200);
    expect(claimsOf(refreshed.body.id_token)).not.toHaveProperty('nonce');
  });

  it('gives a refresh token and an id token only where their scopes were asked', async () => {
    const authority = await startAuthority();
    const { redemption } = await signIn(authority, { scope: `${partnerCenter}/.default` });
    const { body } = await authority.token(partner, redemption);
    expect(body).not.toHaveProperty('refresh_token');
    expect(body).not.toHaveProperty('id_token');
    expect(body).not.toHaveProperty('client_info');
  });

  it('wants the secret for the refresh token of a client that used it', async () => {
    const authority = await startAuthority();
    const { redemption } = await signIn(authority);
    const { body } = await authority.token(partner, { ...redemption, ...authority.client });
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
    const without = await authority.token(partner, { ...form, client_id: authority.client.client_id });
    expect(without).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await authority.token(partner, { ...form, ...authority.client })).status).toBe(200);
  });

  it('redeems a code once', async () => {
    const authority = await startAuthority();
    const { redemption } = await signIn(authority);
    expect((await authority.token(partner, redemption)).status).toBe(200);
    expect(await authority.token(partner, redemption)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('refuses a code after ten minutes', async () => {
    const authority = await startAuthority();
    const inTime = await signIn(authority);
    const late = await signIn(authority);
    authority.clock.advance(599);
    expect((await authority.token(partner, inTime.redemption)).status).toBe(200);
    authority.clock.advance(1);
    expect(await authority.token(partner, late.redemption)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['another redirect URI', { redirect_uri: `${redirectUri}/` }],
    ['an unknown code', { code: 'unknown' }],
  ])('refuses %s', async (_, change) => {
    const authority = await startAuthority();
    const { redemption } = await signIn(authority);
    const answer = await authority.token(partner, { ...redemption, ...change });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('uses a code up even where its redemption fails', async () => {
    const authority = await startAuthority();
    const { redemption } = await signIn(authority);
    await authority.token(partner, { ...redemption, code_verifier: 'x'.repeat(43) });
    expect((await authority.token(partner, redemption)).body.error).toBe('invalid_grant');
  });

  it('forgets the oldest code once a thousand wait', async () => {
    const authority = await startAuthority();
    const oldest = await signIn(authority);
    const second = await signIn(authority);
    for (let count = 0; count < 999; count++) await signIn(authority);
    expect((await authority.token(partner, oldest.redemption)).body.error).toBe('invalid_grant');
    expect((await authority.token(partner, second.redemption)).status).toBe(200);
  });

  it.each(['refresh_token', 'authorization_code'])("refuses %s under another tenant than the user's", async (grant) => {
    const authority = await startAuthority();
    const { redemption } = await signIn(authority);
    const refresh = { grant_type: grant, refresh_token: authority.users.agent.refreshToken, ...authority.client };
    const form = grant === 'refresh_token' ? refresh : redemption;
    expect(await authority.token(operator, form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});
