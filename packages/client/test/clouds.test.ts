import { describe, expect, it } from 'vitest';
import { type CloudName, clouds, PartnerCenterClient, type PartnerCenterClientOptions } from '../src/index.js';
import { scriptedAuthority } from './authority.js';
import { CUSTOMER_ID, FixedCredential } from './fixture.js';

/** Where a client sends its calls, and for which scope it asks. */
async function whereabouts(options: PartnerCenterClientOptions) {
  const credential = new FixedCredential();
  const urls: string[] = [];
  const { httpClient } = scriptedAuthority('[]');
  const client = new PartnerCenterClient(credential, {
    ...options,
    httpClient: {
      sendRequest(request) {
        urls.push(new URL(request.url).origin);
        return httpClient.sendRequest(request);
      },
    },
  });
  await client.customers
    .byId(CUSTOMER_ID)
    .qualification.getQualifications()
    .catch(() => undefined);
  return { url: urls[0], scope: credential.scopes[0] };
}

const publicScope = 'https://api.partnercenter.microsoft.com/.default';

describe('a cloud', () => {
  it.each([
    [undefined, 'https://api.partnercenter.microsoft.com', publicScope],
    ['public', 'https://api.partnercenter.microsoft.com', publicScope],
    ['usGovernment', 'https://api.partnercenter.microsoft.com', publicScope],
    [
      'china',
      'https://partner.partnercenterapi.microsoftonline.cn',
      'https://partner.partnercenterapi.microsoftonline.cn/.default',
    ],
  ] as const)('sets address and scope together: %s', async (cloud, url, scope) => {
    await expect(whereabouts(cloud === undefined ? {} : { cloud })).resolves.toEqual({ url, scope });
  });

  it('gives way to an address and a scope of its own', async () => {
    const baseUrl = 'https://vetted.example';
    await expect(whereabouts({ cloud: 'china', baseUrl })).resolves.toEqual({
      url: baseUrl,
      scope: clouds.china.scope,
    });
    const both = { cloud: 'china' as const, baseUrl, scope: 'api://vetted/.default' };
    await expect(whereabouts(both)).resolves.toEqual({ url: baseUrl, scope: both.scope });
  });

  it.each(['germany', 'toString', ''])('is refused by a name that is none: "%s"', (name) => {
    const make = () => new PartnerCenterClient(new FixedCredential(), { cloud: name as CloudName });
    expect(make).toThrow(new RangeError(`cloud must be one of public, china, usGovernment; "${name}" is not.`));
  });

  it('is refused by a name that is no text', () => {
    const make = () => new PartnerCenterClient(new FixedCredential(), { cloud: 7 as unknown as CloudName });
    expect(make).toThrow(new TypeError('cloud must be a string, not number.'));
  });

  it('has an authority of its own for each name', () => {
    const hosts = Object.values(clouds).map(({ authorityHost }) => authorityHost);
    expect(new Set(hosts).size).toBe(Object.keys(clouds).length);
    expect(Object.isFrozen(clouds) && Object.values(clouds).every(Object.isFrozen)).toBe(true);
  });
});
