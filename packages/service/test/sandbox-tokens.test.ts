import { call, databases, startSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Bench, expectFault, startBench } from './bench.js';
import {
  type Authority,
  claimsOf,
  operator,
  partner,
  partnerCenter,
  signIn,
  startAuthority,
} from './sandbox-support.js';

const day = 86_400;
const asApplication = { grant_type: 'client_credentials', scope: `${partnerCenter}/.default` };

/** The three ways to a token, each with what it is asked for by. */
const grants: [string, (authority: Authority) => Promise<Record<string, string>>][] = [
  ['client_credentials', async ({ client }) => ({ ...asApplication, ...client })],
  [
    'refresh_token',
    async ({ client, users }) => ({ grant_type: 'refresh_token', refresh_token: users.agent.refreshToken, ...client }),
  ],
  ['authorization_code', async (authority) => (await signIn(authority)).redemption],
];
const userGrants = grants.slice(1);

describe.each(grants)('a token by %s', (_, formOf) => {
  it('is good for 30 days, though a client is told to get another one after an hour', async () => {
    const authority = await startAuthority();
    const { status, body } = await authority.token(partner, await formOf(authority));
    expect({ status, expiresIn: body.expires_in }).toEqual({ status: 200, expiresIn: 3600 });
    const { iat = 0, exp } = claimsOf(body.access_token);
    expect(exp).toBe(iat + 30 * day);
  });

  it.each([1, 600, 86_400])('lives %i seconds where that is asked for, and says so', async (lifetime) => {
    const authority = await startAuthority();
    const form = { ...(await formOf(authority)), lifetime: String(lifetime) };
    const { body } = await authority.token(partner, form);
    expect([body.expires_in, body.ext_expires_in]).toEqual([lifetime, lifetime]);
    const { iat = 0, exp } = claimsOf(body.access_token);
    expect(exp).toBe(iat + lifetime);
  });

  it.each(['0', '-1', '1.5', '1e3', '0x10', ' 60', '86401', 'PT1H', '9'.repeat(30)])(
    'is refused for the lifetime "%s"',
    async (lifetime) => {
      const authority = await startAuthority();
      const answer = await authority.token(partner, { ...(await formOf(authority)), lifetime });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
      expect(answer.body.error_description).toContain('lifetime');
    },
  );

  it.each([
    ['Vetting.Review', ['Vetting.Review']],
    ['Vetting.Administer', ['Vetting.Administer']],
    ['Vetting.Administer  Vetting.Review', ['Vetting.Administer', 'Vetting.Review']],
    ['Vetting.Review Vetting.Review', ['Vetting.Review']],
  ])('has the role "%s" where that is asked for', async (role, roles) => {
    const authority = await startAuthority();
    const { body } = await authority.token(partner, { ...(await formOf(authority)), role });
    expect(claimsOf(body.access_token).roles).toEqual(roles);
    const without = await authority.token(partner, await formOf(authority));
    expect(claimsOf(without.body.access_token)).not.toHaveProperty('roles');
  });

  it.each(['Vetting.Everything', 'vetting.review', 'Vetting.Review,Vetting.Administer'])(
    'is refused for the role "%s"',
    async (role) => {
      const authority = await startAuthority();
      const answer = await authority.token(partner, { ...(await formOf(authority)), role });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    },
  );

  it.each(['yes', 'FALSE', '0'])('is refused for mfa=%s', async (mfa) => {
    const authority = await startAuthority();
    const answer = await authority.token(partner, { ...(await formOf(authority)), mfa });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it.each(['mfa', 'lifetime', 'role'])('is refused where %s is sent twice', async (name) => {
    const authority = await startAuthority();
    const form: [string, string][] = [...Object.entries(await formOf(authority)), [name, 'x'], [name, 'x']];
    expect(await authority.token(partner, form)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe.each(userGrants)('a token by %s', (_, formOf) => {
  it.each([
    ['false', ['pwd']],
    ['true', ['pwd', 'mfa']],
  ])('has for mfa=%s the methods %j', async (mfa, amr) => {
    const authority = await startAuthority();
    const { body } = await authority.token(partner, { ...(await formOf(authority)), mfa });
    expect(claimsOf(body.access_token).amr).toEqual(amr);
  });

  it('gives its wishes to no later one', async () => {
    const authority = await startAuthority();
    const wishes = { mfa: 'false', lifetime: '60', role: 'Vetting.Review' };
    const { body } = await authority.token(partner, { ...(await formOf(authority)), ...wishes });
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '', ...authority.client };
    const later = await authority.token(partner, form);
    expect(later.body.expires_in).toBe(3600);
    const claims = claimsOf(later.body.access_token);
    expect(claims.amr).toEqual(['pwd', 'mfa']);
    expect(claims).not.toHaveProperty('roles');
  });
});

it('adds a role to those that a user has', async () => {
  const { token, users, client } = await startAuthority();
  const form = { grant_type: 'refresh_token', refresh_token: users.reviewer.refreshToken, ...client };
  const { body } = await token(operator, { ...form, role: 'Vetting.Administer Vetting.Review' });
  expect(claimsOf(body.access_token).roles).toEqual(['Vetting.Review', 'Vetting.Administer']);
});

it('refuses mfa for an application, which has no user', async () => {
  const { token, client } = await startAuthority();
  const answer = await token(partner, { ...asApplication, ...client, mfa: 'false' });
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});

it('tells a lifetime in version 1 in its form', async () => {
  const { clock, client, post } = await startAuthority();
  const form = { grant_type: 'client_credentials', resource: partnerCenter, ...client, lifetime: '90' };
  const body = (await post(`/${partner}/oauth2/token`, form)).json();
  const now = clock().getTime() / 1000;
  expect(body).toMatchObject({ expires_in: '90', ext_expires_in: '90', expires_on: String(now + 90) });
  expect(claimsOf(body.access_token).exp).toBe(now + 90);
});

it('makes a token without MFA that a service which enforces it refuses', async () => {
  const sandbox = await startSandbox({ requireMfa: true });
  onTestFinished(() => sandbox.close());
  const { tenantId, clientId, clientSecret, users } = sandbox.description;
  const tokenFor = async (mfa: string) => {
    const form = {
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: users.agent.refreshToken,
      mfa,
    };
    const init = { method: 'POST', body: new URLSearchParams(form) };
    return (await call(`${sandbox.url}/${tenantId}/oauth2/v2.0/token`, init)).body.access_token;
  };
  expectFault(await sandbox.get('/v1/customers', { token: await tokenFor('false') }), 401, '900421');
  expect((await sandbox.get('/v1/customers', { token: await tokenFor('true') })).status).toBe(200);
});

describe.each(databases)('a token on $name', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  it('that a client holds stays good when the clock moves by days, and ends after thirty', async () => {
    const { sandbox } = bench;
    const token = await sandbox.appToken();
    await sandbox.advance('P29DT23H59M');
    expect((await sandbox.get('/v1/customers', { token })).status).toBe(200);
    await sandbox.advance('PT1M');
    expectFault(await sandbox.get('/v1/customers', { token }), 401, '400');
  });
});
