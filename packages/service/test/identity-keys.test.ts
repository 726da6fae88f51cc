import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeClock, type FakeEntra, fakeClock, PARTNER_CENTER_AUDIENCE, startFakeEntra } from '@vetted/testkit';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Identity } from '../src/http/identity.js';
import { remoteIssuer } from '../src/http/remote-issuer.js';
import { expectFault, partner, stranger } from './bench.js';
import { identityOptions, PARTNER_CENTER_ID, type Production, second, startProduction } from './identity-support.js';

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

function claims(clock: FakeClock): JWTPayload {
  const seconds = clock().getTime() / second;
  return { aud: PARTNER_CENTER_AUDIENCE, exp: seconds + 3600, oid: PARTNER_CENTER_ID };
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
