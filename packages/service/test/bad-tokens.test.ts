import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeClock } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Identity } from '../src/http/identity.js';
import { remoteIssuer } from '../src/http/remote-issuer.js';
import { type House, openHouse } from './access-house.js';
import { badTokens } from './bad-tokens.js';
import { identityOptions, sqlite } from './identity-support.js';
import { TokenForge } from './token-forge.js';

const path = '/v1/customers/71b473d5-c4a2-4381-82e5-809403c2d108/qualifications';

describe.each(['v2', 'v1'] as const)('of an issuer in its %s form', (form) => {
  let house: House;
  let forge: TokenForge;
  let heard: string[];
  let stop: () => Promise<void>;

  beforeAll(async () => {
    house = await openHouse(sqlite.create);
    heard = [];
    const listener = await hear((url) => heard.push(url));
    stop = listener.stop;
    const issuer = form === 'v2' ? house.entra.issuer : house.issuerV1;
    const now = fakeClock()().getTime() / 1000;
    forge = new TokenForge({ entra: house.entra, issuer, now, url: listener.url });
  });
  afterAll(async () => {
    await house.close();
    await stop();
  });

  const ask = (authorization: string | readonly string[]) =>
    house.ask({ method: 'GET', path, headers: { authorization } });

  it('a token that is as it ought to be is taken', async () => {
    const { result } = await ask(`Bearer ${forge.token()}`);
    expect([result.status, result.text]).toEqual([200, '[]']);
  });

  const refused = badTokens.map(([wrong, write, code = '400']) => [wrong, write, code] as const);

  it.each(refused)('a token with %s is refused', async (_, write, code) => {
    const { result, statements } = await ask(write(forge));
    expect([result.status, JSON.parse(result.text).code], result.text).toEqual([401, code]);
    expect(result.headers).toContainEqual(['www-authenticate', 'Bearer']);
    expect(statements).toEqual([]);
  });

  it('a good token is refused that comes with another one, in whichever order', async () => {
    const good = `Bearer ${forge.token()}`;
    for (const authorization of [
      [good, `Bearer ${forge.forged()}`],
      [`Bearer ${forge.forged()}`, good],
      [good, good],
    ]) {
      const { result, statements } = await ask(authorization);
      expect([result.status, JSON.parse(result.text).code, statements]).toEqual([401, '400', []]);
    }
  });

  it('a token of 1 MB gets no further than the limit of headers', async () => {
    const { result, statements } = await ask(`Bearer ${forge.token({ x: 'x'.repeat(1024 * 1024) })}`);
    expect([result.status, JSON.parse(result.text).code, statements]).toEqual([431, 'HeadersTooLarge', []]);
  });

  it('nothing that a token points to was fetched, and a good one is taken after all of them', async () => {
    expect(heard).toEqual([]);
    expect((await ask(`Bearer ${forge.token({ jti: 'last' })}`)).result.status).toBe(200);
  });
});

it('a token of 1 MB is refused by Identity itself, wherever it came from', async () => {
  const issuer = 'http://127.0.0.1:1/{tenantid}/v2.0';
  const identity = new Identity({ ...identityOptions, issuers: [remoteIssuer(issuer)], clock: fakeClock() });
  const megabyte = 'a'.repeat(1024 * 1024);
  for (const token of [megabyte, `${megabyte}.${megabyte}.${megabyte}`, '.'.repeat(megabyte.length)]) {
    await expect(identity.identify(`Bearer ${token}`)).rejects.toMatchObject({ fault: 'TokenInvalid' });
  }
});

/** A server that tells what it is asked for. */
async function hear(tell: (url: string) => void): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer(({ url = '' }, response) => {
    tell(url);
    response.end('{"keys":[]}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
