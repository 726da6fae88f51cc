import { describe, expect, it, vi } from 'vitest';
import { PartnerCenterClient, type TokenCredential } from '../src/index.js';
import { CUSTOMER_ID, FixedCredential } from './fixture.js';
import { Grants, minutes, token } from './grants.js';
import { json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

const server = serverOfFile();

const get = (client: PartnerCenterClient) => client.customers.byId(CUSTOMER_ID).qualification.getQualifications();

describe('token', () => {
  const tokensSent = () => server.received.map(({ headers }) => headers.authorization?.toString().slice(7));
  const over = (credential: TokenCredential) =>
    new PartnerCenterClient(credential, { baseUrl: server.url, retryOptions: { maxRetries: 1, retryDelayInMs: 0 } });

  it("asks for Partner Center's scope whatever the base URL, once for all calls", async () => {
    server.play(json([]));
    const credential = new FixedCredential();
    const client = over(credential);
    await Promise.all([get(client), get(client), get(client)]);
    await get(client);
    expect(credential.scopes).toEqual(['https://api.partnercenter.microsoft.com/.default']);
  });

  it('asks for the scope it is given', async () => {
    server.play(json([]));
    const credential = new FixedCredential();
    await get(new PartnerCenterClient(credential, { baseUrl: server.url, scope: 'api://other/.default' }));
    expect(credential.scopes).toEqual(['api://other/.default']);
  });

  it.each([
    ['shortly before its expiry', token('first', minutes(60)), minutes(58.5)],
    ['where refreshAfterTimestamp has passed', token('first', minutes(60), minutes(30)), minutes(31)],
  ])('renews a token %s, in the background', async (_case, first, later) => {
    server.play(json([]));
    vi.useFakeTimers({ toFake: ['Date'] });
    const credential = new Grants(first, token('second', minutes(60)));
    const client = over(credential);
    await get(client);
    vi.setSystemTime(Date.now() + later);
    await get(client);
    await get(client);
    expect(tokensSent()).toEqual(['first', 'first', 'second']);
    expect(credential.asked).toHaveLength(2);
  });

  it('waits for a new token where the old one has expired', async () => {
    server.play(json([]));
    vi.useFakeTimers({ toFake: ['Date'] });
    const client = over(new Grants(token('first', minutes(60)), token('second', minutes(60))));
    await get(client);
    vi.setSystemTime(Date.now() + minutes(61));
    await get(client);
    expect(tokensSent()).toEqual(['first', 'second']);
  });

  it('goes on with a token that still serves where its renewal fails', async () => {
    server.play(json([]));
    vi.useFakeTimers({ toFake: ['Date'] });
    const client = over(new Grants(token('first', minutes(60)), () => Promise.reject(new Error('no network'))));
    await get(client);
    vi.setSystemTime(Date.now() + minutes(59));
    await get(client);
    await get(client);
    expect(tokensSent()).toEqual(['first', 'first', 'first']);
  });

  it("rejects with the credential's own error, once, and asks anew for the next call", async () => {
    server.play(json([]));
    const { RestError } = await import('@azure/core-rest-pipeline');
    const failure = new RestError('The authority cannot be reached.', { code: 'ECONNREFUSED' });
    const credential = new Grants(() => Promise.reject(failure), token('second', minutes(60)));
    const client = over(credential);
    await expect(get(client)).rejects.toBe(failure);
    expect(credential.asked).toHaveLength(1);
    await expect(get(client)).resolves.toEqual([]);
  });

  it('rejects where the credential gives no token', async () => {
    await expect(get(over(new Grants()))).rejects.toThrow('The credential gave no access token for https://api.');
  });
});
