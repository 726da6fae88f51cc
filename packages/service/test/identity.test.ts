import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Answer,
  call,
  databases,
  type FakeClock,
  type FakeEntra,
  fakeClock,
  PARTNER_CENTER_AUDIENCE,
  startFakeEntra,
  startSandbox,
  unqualified,
} from '@vetted/testkit';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Refusal } from '../src/domain/refusal.js';
import { Identity, type IdentityOptions } from '../src/http/identity.js';
import { remoteIssuer } from '../src/http/remote-issuer.js';
import { openAdmin, type RunningService, type ServiceOptions, startService } from '../src/index.js';
import { expectFault, partner, stranger } from './bench.js';

const PARTNER_CENTER_ID = 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd';
const customer = unqualified.litware;
const second = 1000;
/** How far an issuer's clock may be from the service's. */
const tolerance = 60 * second;

interface Production {
  readonly clock: FakeClock;
  readonly entra: FakeEntra;
  readonly service: RunningService;
  get(authorization: string | undefined, headers?: Record<string, string>): Promise<Answer>;
  post(token: string): Promise<Answer>;
  close(): Promise<void>;
}

const [sqlite] = databases;
if (sqlite === undefined) throw new Error('There is no SQLite to test on.');

/** A service that means it: Entra ID's side is played, and its database was filled by its operator. */
async function startProduction(options: ServiceOptions = {}, create = sqlite?.create): Promise<Production> {
  if (create === undefined) throw new Error('There is no database.');
  const database = await create();
  const clock = fakeClock();
  const entra = await startFakeEntra(clock);
  await fill(database.address);
  const service = await startService({
    database: database.address,
    issuers: [entra.issuer],
    audiences: [PARTNER_CENTER_AUDIENCE, PARTNER_CENTER_ID],
    port: 0,
    logLevel: 'silent',
    clock,
    ...options,
  });
  return {
    clock,
    entra,
    service,
    get: (authorization, headers = {}) =>
      call(`${service.url}/v1/customers/${customer}/qualifications`, {
        headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
      }),
    post: (token) =>
      call(`${service.url}/v1/customers/${customer}/qualifications`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"qualification":"StateOwnedEntity"}',
      }),
    async close() {
      await service.close();
      await entra.close();
      await database.drop();
    },
  };
}

async function fill(database: string): Promise<void> {
  const admin = await openAdmin({ database });
  await admin.addPartner({ tenantId: partner, name: 'Contoso' });
  await admin.importCustomers(
    partner,
    (async function* () {
      yield { line: 1, record: { id: customer, companyName: 'Litware', domain: 'litware.example.edu' } };
    })(),
  );
  await admin.close();
}

describe('a token', () => {
  let production: Production;
  let now: number;

  beforeAll(async () => {
    production = await startProduction();
    now = production.clock().getTime() / second;
  });
  afterAll(() => production.close());

  const withToken = async (claims: JWTPayload = {}, header = {}) =>
    production.get(`Bearer ${await production.entra.token(claims, header)}`);
  const publicKeys = async () =>
    (await call(production.entra.issuer.replace('{tenantid}/v2.0', 'common/discovery/v2.0/keys'))).body;

  it('of a registered partner opens its customers', async () => {
    const { status, body } = await withToken();
    expect([status, body]).toEqual([200, []]);
  });

  it.each([
    ['Bearer', (token: string) => `Bearer ${token}`],
    ['bearer', (token: string) => `bearer ${token}`],
    ['BEARER', (token: string) => `BEARER ${token}`],
  ])('is taken after the scheme %s', async (_, write) => {
    expect((await production.get(write(await production.entra.token()))).status).toBe(200);
  });

  it('is missed where there is no Authorization header', async () => {
    const answer = await production.get(undefined);
    expectFault(answer, 401, '800001');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is missed where the Authorization header is empty', async () => {
    expectFault(await production.get(''), 401, '800001');
  });

  it('is missed on every route', async () => {
    for (const path of ['/v1/customers', '/v1/customers/all/validations', `/v1/customers/${customer}`]) {
      expectFault(await call(production.service.url + path), 401, '800001');
    }
  });

  it('is missed before anything else is looked at', async () => {
    const answer = await call(`${production.service.url}/v1/customers/not-a-guid/qualifications?x=1`, {
      method: 'POST',
      body: 'nonsense',
      headers: { accept: 'text/html', 'content-type': 'text/plain', 'content-encoding': 'gzip' },
    });
    expectFault(answer, 401, '800001');
  });

  it('that is refused is refused before the kind of answer and of body is looked at', async () => {
    const headers = { accept: 'text/html', 'content-encoding': 'gzip' };
    expectFault(await production.get('Bearer garbage', headers), 401, '400');
    expectFault(
      await production.get(`Bearer ${await production.entra.token()}`, { accept: 'text/html' }),
      406,
      'NotAcceptable',
    );
  });

  it.each([
    ['of nothing but the scheme', () => 'Bearer'],
    ['of nothing but the scheme and a space', () => 'Bearer '],
    ['of another scheme', (token: string) => `Basic ${token}`],
    ['without a scheme', (token: string) => token],
    ['with two spaces after the scheme', (token: string) => `Bearer  ${token}`],
    ['with a tab after the scheme', (token: string) => `Bearer\t${token}`],
    ['with the scheme written together', (token: string) => `Bearer${token}`],
    ['of two tokens', (token: string) => `Bearer ${token}, Bearer ${token}`],
    ['with something behind the token', (token: string) => `Bearer ${token} x`],
    ['in quotes', (token: string) => `Bearer "${token}"`],
    ['of garbage', () => 'Bearer garbage'],
    ['of garbage in three parts', () => 'Bearer a.b.c'],
    ['of an empty signature', (token: string) => `Bearer ${token.slice(0, token.lastIndexOf('.') + 1)}`],
    ['of a signature cut short', (token: string) => `Bearer ${token.slice(0, -8)}`],
    ['of a payload that was changed', (token: string) => `Bearer ${tampered(token)}`],
    ['of 8,000 dots', () => `Bearer ${'.'.repeat(8000)}`],
  ])('is refused in a header %s', async (_, write) => {
    const answer = await production.get(write(await production.entra.token()));
    expectFault(answer, 401, '400');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is refused without a signature, under alg none', async () => {
    const token = new UnsecuredJWT(await claimsOf(production.entra)).encode();
    expectFault(await production.get(`Bearer ${token}`), 401, '400');
    expectFault(await production.get(`Bearer ${token}AAAA`), 401, '400');
  });

  it('is refused that is signed with the public key as an HS256 secret', async () => {
    const { keys } = await publicKeys();
    const claims = await claimsOf(production.entra);
    const header = { alg: 'HS256', typ: 'JWT', kid: keys[0].kid };
    const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    for (const secret of [JSON.stringify(keys[0]), keys[0].n, Buffer.from(keys[0].n, 'base64url')]) {
      const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      expectFault(await production.get(`Bearer ${token}`), 401, '400');
    }
  });

  it('is refused without a key id, although the issuer has one key only', async () => {
    expectFault(await withToken({}, { kid: undefined }), 401, '400');
  });

  it('is refused that another key signed under the same key id', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT(await claimsOf(production.entra))
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .sign(privateKey);
    expectFault(await production.get(`Bearer ${token}`), 401, '400');
  });

  it.each(['RS384', 'RS512', 'PS256'])('is refused that the right kind of key signed with %s', async (alg) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await new SignJWT(await claimsOf(production.entra))
      .setProtectedHeader({ alg, kid: 'key-1' })
      .sign(privateKey);
    expectFault(await production.get(`Bearer ${token}`), 401, '400');
  });

  it('is refused that brings its own key along', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const token = await new SignJWT(await claimsOf(production.entra))
      .setProtectedHeader({
        alg: 'RS256',
        kid: 'key-1',
        jwk: await exportJWK(publicKey),
        jku: 'https://attacker.example',
      })
      .sign(privateKey);
    expectFault(await production.get(`Bearer ${token}`), 401, '400');
  });

  it('is taken until its end, and a little longer for clocks that differ', async () => {
    expect((await withToken({ exp: now - tolerance / second + 1 })).status).toBe(200);
  });

  it('is refused once it has expired', async () => {
    expectFault(await withToken({ exp: now - tolerance / second }), 401, '400');
  });

  it('is taken a little before its beginning, for clocks that differ', async () => {
    expect((await withToken({ nbf: now + tolerance / second })).status).toBe(200);
  });

  it('is refused before its beginning', async () => {
    expectFault(await withToken({ nbf: now + tolerance / second + 1 }), 401, '400');
  });

  it.each([
    ['tid', { tid: undefined }],
    ['exp', { exp: undefined }],
    ['iss', { iss: undefined }],
    ['oid', { oid: undefined }],
  ])('is refused without %s', async (_, claims) => {
    expectFault(await withToken(claims as JWTPayload), 401, '400');
  });

  it.each<[string, JWTPayload]>([
    ['an exp that is text', { exp: '9999999999' as unknown as number }],
    ['an nbf that is text', { nbf: 'now' as unknown as number }],
    ['a tid that is no GUID', { tid: 'contoso' }],
    ['a tid that is an array', { tid: [partner] }],
    ['an iss that is an array', { iss: ['x'] as unknown as string }],
    ['an oid that is no GUID', { oid: 'someone' }],
    ['an oid that is an object', { oid: {} }],
    ['an issuer nobody named', { iss: `https://login.example/${partner}/v2.0` }],
    ['an issuer of the right host and another path', { iss: 'PREFIX/v3.0' }],
    ['a v1 issuer where only v2 is named', { iss: 'PREFIX/' }],
  ])('is refused with %s', async (_, claims) => {
    const prefix = production.entra.issuer.replace('{tenantid}/v2.0', partner);
    const iss = typeof claims.iss === 'string' ? { iss: claims.iss.replace('PREFIX', prefix) } : {};
    expectFault(await withToken({ ...claims, ...iss }), 401, '400');
  });

  it.each([
    ['another tenant', stranger],
    ['a tenant and more', `${partner}/x`],
    ['no tenant', ''],
    ['the placeholder', '{tenantid}'],
  ])("is refused with a tid that its issuer is not the one of: the issuer's names %s", async (_, tenant) => {
    const iss = production.entra.issuer.replace('{tenantid}', tenant);
    expectFault(await withToken({ tid: partner, iss }), 401, '400');
  });

  it.each([
    ['another audience', 'https://graph.microsoft.com'],
    ['an audience that only begins like ours', `${PARTNER_CENTER_AUDIENCE}.attacker.example`],
    ['several other audiences', ['https://graph.microsoft.com', 'x']],
    ['an empty list of audiences', []],
  ])('is refused for %s', async (_, aud) => {
    expectFault(await withToken({ aud }), 401, '900420');
  });

  it('is refused without an audience', async () => {
    expectFault(await withToken({ aud: undefined } as unknown as JWTPayload), 401, '400');
  });

  it.each([
    ["Partner Center's application id", PARTNER_CENTER_ID],
    ['a list with our audience', ['https://graph.microsoft.com', PARTNER_CENTER_AUDIENCE]],
  ])('is taken for %s', async (_, aud) => {
    expect((await withToken({ aud })).status).toBe(200);
  });

  it('for another audience that has expired too is told to be expired, not to be for another audience', async () => {
    expectFault(await withToken({ aud: 'https://graph.microsoft.com', exp: now - 3600 }), 401, '400');
  });

  it('is taken with other scopes beside user_impersonation', async () => {
    expect((await withToken({ scp: 'openid user_impersonation profile' })).status).toBe(200);
  });

  it.each(['', 'openid', 'user_impersonation_of_sorts', 'User_Impersonation'])(
    'of a user is refused with the scopes "%s"',
    async (scp) => {
      expectFault(await withToken({ scp }), 403, '900308');
    },
  );

  it.each([[['user_impersonation']], [1], [null], [{}]])('of a user is refused with the scopes %j', async (scp) => {
    const { status } = await withToken({ scp });
    expect([401, 403]).toContain(status);
  });

  it('of a tenant that is no partner is refused on every route', async () => {
    const authorization = `Bearer ${await production.entra.token({ tid: stranger })}`;
    for (const path of ['', '/all/validations', `/${customer}`, `/${customer}/qualifications`]) {
      const answer = await call(`${production.service.url}/v1/customers${path}`, { headers: { authorization } });
      expectFault(answer, 403, 'PartnerUnknown');
    }
    expectFault(await production.post(await production.entra.token({ tid: stranger })), 403, 'PartnerUnknown');
  });

  it('is taken whatever the letter case of its tid and its issuer', async () => {
    const tid = partner.toUpperCase();
    expect((await withToken({ tid, iss: production.entra.issuer.replace('{tenantid}', partner) })).status).toBe(200);
  });

  it('that is app-only may read', async () => {
    expect((await withToken({ scp: undefined })).status).toBe(200);
  });

  it('that is app-only may not request a qualification', async () => {
    expectFault(await production.post(await production.entra.token({ scp: undefined })), 403, '900329');
    expect((await withToken()).body).toEqual([]);
  });

  it.each([
    ['appid', { oid: undefined, appid: PARTNER_CENTER_ID }],
    ['azp', { oid: undefined, azp: PARTNER_CENTER_ID }],
  ])('that is app-only may be known by its %s', async (_, claims) => {
    expect((await withToken({ scp: undefined, ...claims } as JWTPayload)).status).toBe(200);
  });

  it('of a user may not be known by its application', async () => {
    expectFault(await withToken({ oid: undefined, appid: PARTNER_CENTER_ID, azp: PARTNER_CENTER_ID }), 401, '400');
  });

  it('of a user without multi-factor authentication is taken where that is not enforced', async () => {
    expect((await withToken({ amr: ['pwd'] })).status).toBe(200);
  });

  it.each<[string, JWTPayload, string]>([
    ['passed multi-factor authentication', {}, 'true'],
    ['did not pass multi-factor authentication', { amr: ['pwd'] }, 'false'],
    ['has no amr', { amr: undefined }, 'false'],
    ['has an amr that is text', { amr: 'mfa' }, 'false'],
    ['is an application', { scp: undefined, amr: undefined }, 'false'],
  ])('of someone who %s is answered so where ValidateMfa asks', async (_, claims, expected) => {
    const authorization = `Bearer ${await production.entra.token(claims)}`;
    for (const value of ['true', 'True']) {
      const { headers } = await production.get(authorization, { ValidateMfa: value });
      expect(headers.get('isMfaCompliant')).toBe(expected);
    }
  });

  it.each([{}, { ValidateMfa: 'false' }, { ValidateMfa: '' }, { ValidateMfa: '1' }])(
    'is answered without isMfaCompliant where the headers are %j',
    async (headers) => {
      const answer = await production.get(
        `Bearer ${await production.entra.token()}`,
        headers as Record<string, string>,
      );
      expect(answer.status).toBe(200);
      expect(answer.headers.has('isMfaCompliant')).toBe(false);
    },
  );
});

describe('multi-factor authentication, where it is enforced', () => {
  let production: Production;

  beforeAll(async () => {
    production = await startProduction({ requireMfa: true });
  });
  afterAll(() => production.close());

  it('is demanded of users, who are told that they lack it', async () => {
    const authorization = `Bearer ${await production.entra.token({ amr: ['pwd'] })}`;
    const answer = await production.get(authorization, { ValidateMfa: 'true' });
    expectFault(answer, 401, '900421');
    expect(answer.headers.get('isMfaCompliant')).toBe('false');
  });

  it('is demanded of users who request', async () => {
    expectFault(await production.post(await production.entra.token({ amr: ['pwd'] })), 401, '900421');
    expect((await production.get(`Bearer ${await production.entra.token()}`)).body).toEqual([]);
  });

  it('lets users in who passed it', async () => {
    expect((await production.get(`Bearer ${await production.entra.token()}`)).status).toBe(200);
  });

  it('is not demanded of applications, which cannot pass it', async () => {
    const token = await production.entra.token({ scp: undefined, amr: undefined });
    expect((await production.get(`Bearer ${token}`)).status).toBe(200);
  });
});

describe('a token that was taken before', () => {
  let production: Production;

  beforeEach(async () => {
    production = await startProduction();
  });
  afterEach(() => production.close());

  it('is refused once it has expired by the clock of the service', async () => {
    const authorization = `Bearer ${await production.entra.token()}`;
    expect((await production.get(authorization)).status).toBe(200);
    production.clock.advance(3600 * second + tolerance - 1);
    expect((await production.get(authorization)).status).toBe(200);
    production.clock.advance(1);
    expectFault(await production.get(authorization), 401, '400');
  });

  it('does not open the door to one that differs in one letter of its signature', async () => {
    const authorization = `Bearer ${await production.entra.token()}`;
    expect((await production.get(authorization)).status).toBe(200);
    const [letter] = authorization.slice(-100);
    const other = `${authorization.slice(0, -100)}${letter === 'A' ? 'B' : 'A'}${authorization.slice(-99)}`;
    expectFault(await production.get(other), 401, '400');
  });
});

describe("an issuer's keys", () => {
  let production: Production;

  beforeEach(async () => {
    production = await startProduction();
  });
  afterEach(() => production.close());

  const get = async (claims: JWTPayload = {}, header = {}) =>
    production.get(`Bearer ${await production.entra.token(claims, header)}`);

  it('are fetched once for many tokens, those that come at once included', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => get({ jti: String(index) })));
    answers.push(await get({ jti: 'later' }));
    expect(answers.map(({ status }) => status)).toEqual(Array(11).fill(200));
    expect(production.entra.keyFetches).toBe(1);
  });

  it('are not fetched at every stranger’s wish, however many key ids he makes up', async () => {
    await get();
    for (let index = 0; index < 20; index += 1) expectFault(await get({}, { kid: `made-up-${index}` }), 401, '400');
    expect(production.entra.keyFetches).toBeLessThanOrEqual(2);
  });

  it('are not fetched for a token of an issuer that nobody named', async () => {
    await get({ iss: `https://login.example/${partner}/v2.0` });
    expect(production.entra.keyFetches).toBe(0);
  });

  it('out of reach make the service unavailable, not the token wrong', async () => {
    production.entra.break(true);
    const answer = await get();
    expectFault(answer, 503, 'ServiceUnavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  });

  it('out of reach leave tokens that were taken before in force', async () => {
    const authorization = `Bearer ${await production.entra.token()}`;
    expect((await production.get(authorization)).status).toBe(200);
    production.entra.break(true);
    expect((await production.get(authorization)).status).toBe(200);
  });

  it('out of reach leave requests without a token at 401', async () => {
    production.entra.break(true);
    expectFault(await production.get(undefined), 401, '800001');
  });
});

describe('remoteIssuer', () => {
  let entra: FakeEntra;
  const clock = fakeClock();

  beforeEach(async () => {
    entra = await startFakeEntra(clock);
  });
  afterEach(() => entra.close());

  const identityOf = (options: { cooldownInMs?: number; maxAgeInMs?: number } = {}) =>
    new Identity({ ...identityOptions, issuers: [remoteIssuer(entra.issuer, options)], clock });
  const identify = async (identity: Identity, claims: JWTPayload = {}, header = {}) =>
    identity.identify(`Bearer ${await entra.token(claims, header)}`);

  it('takes tokens of a key that was published later', async () => {
    const identity = identityOf({ cooldownInMs: 0 });
    await identify(identity);
    await entra.rotate();
    await expect(identify(identity)).resolves.toMatchObject({ partnerId: partner });
    expect(entra.keyFetches).toBe(2);
  });

  it('waits before it fetches again for a key id it does not know', async () => {
    const identity = identityOf({ cooldownInMs: 3_600_000 });
    await identify(identity);
    await entra.rotate();
    await expect(identify(identity)).rejects.toMatchObject({ fault: 'TokenInvalid' });
    expect(entra.keyFetches).toBe(1);
  });

  it('fetches again once the keys are old', async () => {
    const identity = identityOf({ cooldownInMs: 0, maxAgeInMs: 0 });
    await identify(identity);
    await identify(identity, { jti: 'another' });
    expect(entra.keyFetches).toBe(2);
  });

  it('works again once the issuer does', async () => {
    const identity = identityOf({ cooldownInMs: 0 });
    entra.break(true);
    await expect(identify(identity)).rejects.toMatchObject({ fault: 'ServiceUnavailable' });
    entra.break(false);
    await expect(identify(identity)).resolves.toMatchObject({ partnerId: partner });
  });

  it('works again once the issuer does that broke while a new key was needed', async () => {
    const identity = identityOf({ cooldownInMs: 0 });
    await identify(identity);
    await entra.rotate();
    entra.break(true);
    await expect(identify(identity)).rejects.toMatchObject({ fault: 'TokenInvalid' });
    entra.break(false);
    await expect(identify(identity)).resolves.toMatchObject({ partnerId: partner });
  });

  it('goes on with the keys it has, though they are old, while the issuer does not answer', async () => {
    const identity = identityOf({ cooldownInMs: 0, maxAgeInMs: 0 });
    await identify(identity);
    entra.break(true);
    await expect(identify(identity, { jti: 'another' })).resolves.toMatchObject({ partnerId: partner });
    await expect(identify(identity, {}, { kid: 'made-up' })).rejects.toMatchObject({ fault: 'TokenInvalid' });
  });

  it('leaves an issuer that does not answer alone, whatever key ids strangers make up', async () => {
    const identity = identityOf({ maxAgeInMs: 0 });
    await identify(identity);
    entra.break(true);
    for (let index = 0; index < 50; index += 1) {
      await expect(identify(identity, {}, { kid: `made-up-${index}` })).rejects.toMatchObject({
        fault: 'TokenInvalid',
      });
    }
    await expect(identify(identity, { jti: 'another' })).resolves.toMatchObject({ partnerId: partner });
    expect(entra.keyFetches).toBeLessThanOrEqual(3);
  });

  it('leaves an issuer that never answered alone, and takes tokens once its rest is over', async () => {
    const identity = identityOf({ cooldownInMs: 100 });
    entra.break(true);
    const start = performance.now();
    for (let index = 0; index < 50; index += 1) {
      await expect(identify(identity, {}, { kid: `made-up-${index}` })).rejects.toMatchObject({
        fault: 'ServiceUnavailable',
      });
    }
    expect(entra.discoveries).toBeLessThanOrEqual(1 + (performance.now() - start) / 100);
    entra.break(false);
    await vi.waitFor(() => expect(identify(identity)).resolves.toMatchObject({ partnerId: partner }));
  });

  it('does not ask an issuer that just failed for every token', async () => {
    let asked = 0;
    const url = await serve(() => {
      asked += 1;
      return undefined;
    });
    const identity = new Identity({ ...identityOptions, issuers: [remoteIssuer(`${url}/{tenantid}/v2.0`)], clock });
    for (let index = 0; index < 10; index += 1) {
      const token = await entra.token({ iss: `${url}/${partner}/v2.0`, jti: String(index) });
      await expect(identity.identify(`Bearer ${token}`)).rejects.toMatchObject({ fault: 'ServiceUnavailable' });
    }
    expect(asked).toBe(1);
  });

  it.each([
    ['no JSON', 'welcome'],
    ['null', null],
    ['an array', []],
    ['a document without jwks_uri', {}],
    ['a jwks_uri that is no URL', { jwks_uri: 'keys' }],
    ['a jwks_uri that is not https, on another host', { jwks_uri: 'http://attacker.example/keys' }],
    ['a jwks_uri of another kind', { jwks_uri: 'file:///etc/passwd' }],
  ])('makes the service unavailable where the discovery document is %s', async (_, document) => {
    const url = await serve(() => document);
    const identity = new Identity({ ...identityOptions, issuers: [remoteIssuer(`${url}/{tenantid}/v2.0`)], clock });
    const token = await entra.token({ iss: `${url}/${partner}/v2.0` });
    await expect(identity.identify(`Bearer ${token}`)).rejects.toMatchObject({ fault: 'ServiceUnavailable' });
  });

  it('follows no redirection: the keys would be those of whoever it leads to', async () => {
    const elsewhere = entra.issuer.replace('{tenantid}', 'common');
    const url = await serve(() => new URL(`${elsewhere}/.well-known/openid-configuration`));
    const identity = new Identity({ ...identityOptions, issuers: [remoteIssuer(`${url}/{tenantid}/v2.0`)], clock });
    const token = await entra.token({ iss: `${url}/${partner}/v2.0` });
    await expect(identity.identify(`Bearer ${token}`)).rejects.toMatchObject({ fault: 'ServiceUnavailable' });
    expect(entra.keyFetches).toBe(0);
  });

  it("refuses a key that another tenant's issuer owns", async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const url = await serve((path) =>
      path.endsWith('/keys')
        ? { keys: [{ ...jwk, kid: 'owned', alg: 'RS256', issuer: `${url}/${stranger}/v2.0` }] }
        : { jwks_uri: `${url}/keys` },
    );
    const jwk = await exportJWK(publicKey);
    const identity = new Identity({ ...identityOptions, issuers: [remoteIssuer(`${url}/{tenantid}/v2.0`)], clock });
    const sign = (tid: string, header = {}) =>
      new SignJWT({ ...claims(clock), iss: `${url}/${tid}/v2.0`, tid })
        .setProtectedHeader({ alg: 'RS256', kid: 'owned', ...header })
        .sign(privateKey);

    await expect(identity.identify(`Bearer ${await sign(stranger)}`)).resolves.toMatchObject({ partnerId: stranger });
    for (const header of [{}, { kid: undefined }]) {
      const token = await sign(partner, header);
      await expect(identity.identify(`Bearer ${token}`)).rejects.toMatchObject({ fault: 'TokenInvalid' });
    }
  });

  it("refuses a key that another tenant's issuer owns also while the issuer does not answer", async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = await exportJWK(publicKey);
    let broken = false;
    const url = await serve((path) => {
      if (broken) return undefined;
      return path.endsWith('/keys')
        ? { keys: [{ ...jwk, kid: 'owned', alg: 'RS256', issuer: `${url}/${stranger}/v2.0` }] }
        : { jwks_uri: `${url}/keys` };
    });
    const issuer = remoteIssuer(`${url}/{tenantid}/v2.0`, { maxAgeInMs: 0 });
    const identity = new Identity({ ...identityOptions, issuers: [issuer], clock });
    const sign = (tid: string, jti: string) =>
      new SignJWT({ ...claims(clock), iss: `${url}/${tid}/v2.0`, tid, jti })
        .setProtectedHeader({ alg: 'RS256', kid: 'owned' })
        .sign(privateKey);
    await identity.identify(`Bearer ${await sign(stranger, '1')}`);
    broken = true;
    const own = identity.identify(`Bearer ${await sign(stranger, '2')}`);
    await expect(own).resolves.toMatchObject({ partnerId: stranger });
    const foreign = identity.identify(`Bearer ${await sign(partner, '3')}`);
    await expect(foreign).rejects.toMatchObject({ fault: 'TokenInvalid' });
  });

  it.each([
    ['https://login.microsoftonline.com/{tenantid}/v2.0', `https://login.microsoftonline.com/${partner}/v2.0`],
    ['https://sts.windows.net/{tenantid}/', `https://sts.windows.net/${partner}/`],
    ['https://sts.chinacloudapi.cn/{tenantid}/', `https://sts.chinacloudapi.cn/${partner}/`],
    [`https://login.microsoftonline.com/${partner}/v2.0`, `https://login.microsoftonline.com/${partner}/v2.0`],
  ])('reads the tenant of %s', (issuer, claimed) => {
    expect(remoteIssuer(issuer).tenantOf(claimed)).toBe(partner);
  });

  it.each([
    ['https://sts.windows.net/{tenantid}/', `https://sts.windows.net/${partner}`],
    ['https://sts.windows.net/{tenantid}/', `https://sts.windows.net/${partner}/v2.0`],
    ['https://sts.windows.net/{tenantid}/', `https://sts.windows.net/${partner}/${partner}/`],
    ['https://sts.windows.net/{tenantid}/', `http://sts.windows.net/${partner}/`],
    ['https://sts.windows.net/{tenantid}/', `https://sts.windows.net.attacker.example/${partner}/`],
    [`https://sts.windows.net/${partner}/`, `https://sts.windows.net/${stranger}/`],
    ['https://sts.windows.net/{tenantid}/', ''],
  ])('of %s knows nothing of %s', (issuer, claimed) => {
    expect(remoteIssuer(issuer).tenantOf(claimed)).toBeUndefined();
  });
});

const identityOptions: Omit<IdentityOptions, 'issuers' | 'clock'> = {
  audiences: [PARTNER_CENTER_AUDIENCE],
  operatorTenants: [stranger],
  requireMfa: false,
  clockToleranceInSeconds: 60,
};

describe('Identity', () => {
  let entra: FakeEntra;
  let identity: Identity;
  const clock = fakeClock();

  beforeAll(async () => {
    entra = await startFakeEntra(clock);
    identity = new Identity({ ...identityOptions, issuers: [remoteIssuer(entra.issuer)], clock });
  });
  afterAll(() => entra.close());

  const identify = async (claims: JWTPayload) => identity.identify(`Bearer ${await entra.token(claims)}`);

  it('tells who calls: the tenant, the kind, the person and whether they passed MFA', async () => {
    const oid = '5F0E9D3A-1C2B-4A39-8A7B-6C5D4E3F2A10';
    expect(await identify({ oid })).toEqual({
      partnerId: partner,
      kind: 'app+user',
      subject: oid.toLowerCase(),
      roles: [],
      mfa: true,
      expiresAt: clock().getTime() + 3_600_000 + tolerance,
    });
  });

  it("gives the roles in an operator's token", async () => {
    const caller = await identify({ tid: stranger, roles: ['Vetting.Review'] });
    expect(caller.roles).toEqual(['Vetting.Review']);
  });

  it("ignores the roles in a partner's token: its own administrator assigned them", async () => {
    const caller = await identify({ tid: partner, roles: ['Vetting.Review', 'Vetting.Administer'] });
    expect(caller.roles).toEqual([]);
  });

  it.each([['Vetting.Review'], [null], [{ 0: 'Vetting.Review' }], [[['Vetting.Review'], 1, null]]])(
    'gives no roles where the claim is %j',
    async (roles) => {
      expect((await identify({ tid: stranger, roles })).roles).toEqual([]);
    },
  );

  it('answers a token it remembers at once, and without its clock the same', async () => {
    const authorization = `Bearer ${await entra.token({ jti: 'remembered' })}`;
    const first = await identity.identify(authorization);
    expect(identity.identify(authorization)).toBe(first);
  });

  it('verifies a token once', async () => {
    const verified: string[] = [];
    const counting = new Identity({
      ...identityOptions,
      clock,
      issuers: [
        {
          tenantOf: () => partner,
          keys: async (header, token) => {
            verified.push(String(token.payload));
            return remoteIssuer(entra.issuer).keys(header, token);
          },
        },
      ],
    });
    const authorization = `Bearer ${await entra.token({ jti: 'twice' })}`;
    await counting.identify(authorization);
    await counting.identify(authorization);
    expect(verified).toHaveLength(1);
  });

  it('throws a Refusal at once where there is no token', () => {
    expect(() => identity.identify(undefined)).toThrow(Refusal);
  });
});

describe.each(databases)('on $name', ({ create }) => {
  it('a service takes its own partners from the issuer it names', async () => {
    const production = await startProduction({}, create);
    onTestFinished(() => production.close());
    expect((await production.post(await production.entra.token())).status).toBe(201);
    expect((await production.get(`Bearer ${await production.entra.token()}`)).body).toEqual([
      { qualification: 'StateOwnedEntity' },
    ]);
  });
});

describe('the authority of a sandbox', () => {
  it('serves a second service, which means it, as its issuer in both versions', async () => {
    const sandbox = await startSandbox();
    const database = await sqlite.create();
    await fill(database.address);
    const service = await startService({
      database: database.address,
      issuers: [`${sandbox.url}/{tenantid}/v2.0`, `${sandbox.url}/{tenantid}/`],
      audiences: [PARTNER_CENTER_AUDIENCE],
      port: 0,
      logLevel: 'silent',
    });
    onTestFinished(async () => {
      await service.close();
      await sandbox.close();
      await database.drop();
    });
    const { clientId, clientSecret, tenantId } = sandbox.description;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const v1 = await call(`${sandbox.url}/${tenantId}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, resource: PARTNER_CENTER_AUDIENCE }),
    });

    for (const token of [await sandbox.appToken(), await sandbox.userToken(), v1.body.access_token]) {
      const answer = await call(`${service.url}/v1/customers`, { headers: { authorization: `Bearer ${token}` } });
      expect([answer.status, answer.body?.totalCount]).toEqual([200, 1]);
    }
  });

  it('does not make one sandbox take the tokens of another', async () => {
    const [one, other] = [await startSandbox(), await startSandbox()];
    onTestFinished(async () => {
      await one.close();
      await other.close();
    });
    expectFault(await one.get('/v1/customers', { token: await other.appToken() }), 401, '400');
  });
});

/** The claims of a token, without the token. */
async function claimsOf(entra: FakeEntra): Promise<JWTPayload> {
  return JSON.parse(Buffer.from((await entra.token()).split('.')[1] ?? '', 'base64url').toString());
}

function claims(clock: FakeClock): JWTPayload {
  const seconds = clock().getTime() / second;
  return { aud: PARTNER_CENTER_AUDIENCE, exp: seconds + 3600, oid: PARTNER_CENTER_ID };
}

/** The same token with another person in it. */
function tampered(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), oid: PARTNER_CENTER_ID };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

/** A server that answers JSON, 302 for a URL, or 500 for undefined, until the test ends; gives its URL. */
async function serve(answer: (path: string) => unknown): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const body = answer(url);
    response.statusCode = body === undefined ? 500 : body instanceof URL ? 302 : 200;
    if (body instanceof URL) response.setHeader('location', body.href);
    response.end(body === 'welcome' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
