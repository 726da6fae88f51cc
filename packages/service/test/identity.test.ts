import {
  call,
  databases,
  type FakeEntra,
  fakeClock,
  PARTNER_CENTER_AUDIENCE,
  startFakeEntra,
  startSandbox,
  testEncryption,
  unqualified,
} from '@vetted/testkit';
import type { JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Refusal } from '../src/domain/refusal.js';
import { Identity } from '../src/http/identity.js';
import { remoteIssuer } from '../src/http/remote-issuer.js';
import { startService } from '../src/index.js';
import { expectFault, partner, stranger } from './bench.js';
import {
  fill,
  identityOptions,
  PARTNER_CENTER_ID,
  type Production,
  second,
  sqlite,
  startProduction,
  tolerance,
} from './identity-support.js';

const customer = unqualified.litware;

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

  it('is taken until its end, and a little longer for clocks that differ', async () => {
    expect((await withToken({ exp: now - tolerance / second + 1 })).status).toBe(200);
  });

  it('is taken a little before its beginning, for clocks that differ', async () => {
    expect((await withToken({ nbf: now + tolerance / second })).status).toBe(200);
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
      ...testEncryption,
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
