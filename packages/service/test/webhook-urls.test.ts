import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { webhookUrlProblem } from '../src/webhooks/addresses.js';
import type { Resolve } from '../src/webhooks/resolve.js';

/** A resolver that knows these addresses for every name. */
const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));

const noneResolves: Resolve = async (host) => {
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
};

const inPublic = (url: string, resolve: Resolve = resolvesTo('93.184.215.14')) =>
  webhookUrlProblem(url, 'public', { resolve });

describe('the URL of a registration', () => {
  it.each([
    'https://hooks.example.com',
    'https://hooks.example.com./path',
    'https://hooks.example.com:8443/path?query=1',
    'HTTPS://HOOKS.EXAMPLE.COM/',
    'https://bücher.example/',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
  ])('may be %s', async (url) => {
    expect(await inPublic(url)).toBeUndefined();
  });

  it.each([
    ['', 'must be a URL'],
    ['hooks.example.com', 'must be a URL'],
    ['/hooks', 'must be a URL'],
    ['https://', 'must be a URL'],
    ['https://exa mple.com', 'must be a URL'],
    ['https://256.256.256.256', 'must be a URL'],
    ['https://1.2.3.4.5', 'must be a URL'],
    ['https://[fe80::1%25eth0]/', 'must be a URL'],
    ['https://xn--/', 'must be a URL'],
    ['http://hooks.example.com', 'must be an https URL'],
    ['ftp://hooks.example.com', 'must be an https URL'],
    ['file:///etc/passwd', 'must be an https URL'],
    ['javascript:alert(1)', 'must be an https URL'],
    ['data:text/plain,x', 'must be an https URL'],
    ['https://user@hooks.example.com', 'must have no user name and no password'],
    ['https://user:password@hooks.example.com', 'must have no user name and no password'],
    ['https://:password@hooks.example.com', 'must have no user name and no password'],
    ['https://hooks.example.com/#part', 'must have no fragment'],
    ['https://hooks.example.com/#', 'must have no fragment'],
    [`https://hooks.example.com/${'x'.repeat(2023)}`, 'must have at most 2048 characters'],
  ])('may not be %s', async (url, problem) => {
    expect(await inPublic(url)).toBe(problem);
  });

  it('may have 2048 characters', async () => {
    expect(await inPublic(`https://hooks.example.com/${'x'.repeat(2022)}`)).toBeUndefined();
  });

  it.each([
    'https://127.0.0.1',
    'https://127.0.0.1.',
    'https://127.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://0x7f.1',
    'https://0177.0.0.1',
    'https://017700000001',
    'https://%31%32%37.0.0.1',
    'https://１２７.0.0.1',
    'https://①②⑦.0.0.1',
    'https://127。0。0。1',
    'https:\\\\127.0.0.1',
    'https:127.0.0.1',
    ' https://127.0.0.1',
    'https://127.0.\t0.1',
    'https://[::1]',
    'https://[0:0::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[64:ff9b::127.0.0.1]',
  ])('may not lead to this machine, however that is written: %s', async (url) => {
    expect(await inPublic(url)).toBe('leads to a loopback address');
  });

  it.each([
    ['https://0', 'leads to an unspecified address'],
    ['https://[::]', 'leads to an unspecified address'],
    ['https://2852039166', 'leads to the metadata service of a cloud'],
    ['https://[fd00:ec2::254]', 'leads to the metadata service of a cloud'],
    ['https://0xa.0.0.1', 'leads to a private address'],
    ['https://[::127.0.0.1]', 'leads to a reserved address'],
  ])('may not be %s', async (url, problem) => {
    expect(await inPublic(url)).toBe(problem);
  });

  it.each(['https://localhost', 'https://localhost.', 'https://LOCALHOST', 'https://ⓛocalhost'])(
    'may not be %s, whatever this machine makes of it',
    async (url) => {
      expect(await webhookUrlProblem(url, 'public')).toMatch(/^(leads to a loopback address|does not resolve)$/);
    },
  );

  it('must have a host all of whose addresses may get webhooks', async () => {
    const url = 'https://hooks.example.com';
    expect(await inPublic(url, resolvesTo('93.184.215.14', '2606:4700:4700::1111'))).toBeUndefined();
    expect(await inPublic(url, resolvesTo('93.184.215.14', '10.1.2.3'))).toBe('leads to a private address');
    expect(await inPublic(url, resolvesTo('93.184.215.14', 'fe80::1%eth0'))).toBe('leads to a link-local address');
    expect(await inPublic(url, resolvesTo('::ffff:10.1.2.3'))).toBe('leads to a private address');
  });

  it('must have a host that resolves, and in time', async () => {
    const url = 'https://hooks.example.com';
    expect(await inPublic(url, noneResolves)).toBe('does not resolve');
    expect(await inPublic(url, resolvesTo())).toBe('does not resolve');
    const silent: Resolve = () => new Promise(() => {});
    const problem = await webhookUrlProblem(url, 'public', { resolve: silent, timeoutInMs: 1 });
    expect(problem).toBe('does not resolve in time');
  });

  it('is looked up in ASCII when its host has other letters', async () => {
    const asked: string[] = [];
    const recording: Resolve = async (host) => {
      asked.push(host);
      return [{ address: '93.184.215.14', family: 4 }];
    };
    expect(await inPublic('https://bücher.example/', recording)).toBeUndefined();
    expect(asked).toEqual(['xn--bcher-kva.example']);
  });

  it.each([
    'http://localhost:8080/hook',
    'https://localhost/hook',
    'http://127.0.0.1:1',
    'http://[::1]:8080',
    'http://0x7f.1',
  ])('may lead to this machine in a sandbox: %s', async (url) => {
    expect(await webhookUrlProblem(url, 'loopback')).toBeUndefined();
  });

  it.each([
    ['http://1.1.1.1', 'leads to an address outside this machine'],
    ['https://10.0.0.1', 'leads to an address outside this machine'],
    ['https://[fe80::1]', 'leads to an address outside this machine'],
    ['http://hooks.example.com', 'leads to an address outside this machine'],
    ['ftp://localhost', 'must be an https or http URL'],
    ['http://user@localhost', 'must have no user name and no password'],
  ])('may not be %s in a sandbox', async (url, problem) => {
    expect(await webhookUrlProblem(url, 'loopback', { resolve: resolvesTo('93.184.215.14') })).toBe(problem);
  });
});
