import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startSandbox, type TestSandbox } from '@vetted/testkit';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { consoleRoutes } from '../src/features/console/console.routes.js';
import { startService } from '../src/index.js';
import { expectFault } from './bench.js';
import { send } from './raw.js';

const paths = [
  '/',
  '/customers',
  '/customers/9daaeb1c-4195-4db5-9f1d-509eb70c8c2d/qualifications',
  '/desk/1',
  '/developer',
];
const encodings = { br: brotliDecompressSync, gzip: gunzipSync };

/** What the policy of an answer says, by directive. */
function policyOf(headers: Headers): Record<string, string> {
  const directives = headers.get('content-security-policy')?.split('; ') ?? [];
  return Object.fromEntries(
    directives.map((directive) => [directive.split(' ', 1)[0], directive.replace(/^\S+ ?/, '')]),
  );
}

function settingsIn(page: string): Record<string, unknown> {
  const [, text = ''] = /<meta name="vetted-settings" content="([^"]*)"/.exec(page) ?? [];
  return JSON.parse(text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))));
}

const nonceIn = (text: string | undefined) => /nonce[-=]"?([\w+/=]+)/.exec(text ?? '')?.[1];

describe('the console', () => {
  let sandbox: TestSandbox;
  let asset: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const { text } = await send(sandbox.url, '/');
    [, asset = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(text) ?? [];
  });
  afterAll(() => sandbox.close());

  it.each([...paths, '/?code=1&state=2', '/customers?search=%E2%82%AC'])(
    'is a page at %s that is never kept',
    async (path) => {
      const { status, headers, text } = await send(sandbox.url, path);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(text).toContain('<div id="root">');
    },
  );

  it.each(paths)('answers HEAD of %s with the headers alone', async (path) => {
    const { status, headers, text } = await send(sandbox.url, path, { method: 'HEAD' });
    expect([status, headers.get('cache-control'), text]).toEqual([200, 'no-store', '']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['POST', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    expectFault(await send(sandbox.url, '/customers', { method }), 405, 'MethodNotAllowed');
  });

  it.each(['/customer', '/desks', '/developer/x', '/index.html'])('is not at %s', async (path) => {
    expectFault(await send(sandbox.url, path), 404, '1000');
  });

  it('allows nothing but its own scripts, and styles of a nonce that is new for each page', async () => {
    const [one, other] = [await send(sandbox.url, '/'), await send(sandbox.url, '/')];
    expect(policyOf(one.headers)).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    });
    const nonce = nonceIn(policyOf(one.headers)['style-src']);
    expect(nonce).toMatch(/^[\w+/]{22}==$/);
    expect(nonceIn(one.text)).toBe(nonce);
    expect(nonceIn(other.text)).not.toBe(nonce);
  });

  it('has no script or style in the page itself', async () => {
    const { text } = await send(sandbox.url, '/');
    for (const [, attributes = '', content] of text.matchAll(/<script([^>]*)>([^<]*)/g)) {
      expect([attributes.includes('src='), content]).toEqual([true, '']);
    }
    expect(text).not.toMatch(/<style| style=| on\w+=/);
  });

  it('tells a page of a sandbox who can sign in', async () => {
    expect(settingsIn((await send(sandbox.url, '/')).text)).toMatchObject({
      authority: '/organizations/v2.0',
      scope: 'https://api.partnercenter.microsoft.com/user_impersonation',
      sandbox: { users: [{ displayName: 'Contoso Agent' }, {}, {}] },
    });
  });

  it.each(Object.entries(encodings))(
    'sends scripts as %s to who accepts it, to be kept for a year',
    async (encoding, decompress) => {
      const response = await fetchRaw(asset, encoding);
      expect(response.headers).toMatchObject({
        'content-encoding': encoding,
        'content-type': expect.stringMatching(/^(text|application)\/javascript/),
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        vary: 'Accept-Encoding',
      });
      expect(decompress(response.body).toString()).toBe((await fetchRaw(asset)).body.toString());
    },
  );

  it.each([undefined, 'identity', 'br;q=0, gzip;q=0', 'zstd'])(
    'sends scripts as they are to who accepts %s',
    async (accepted) => {
      const { headers } = await fetchRaw(asset, accepted);
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers.vary).toBe('Accept-Encoding');
    },
  );

  it('answers HEAD of a script, and 304 to who has it', async () => {
    const { status, headers, text } = await send(sandbox.url, asset, { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await send(sandbox.url, asset, { headers: known })).status).toBe(304);
  });

  it.each([
    '/assets/nope.js',
    '/assets/',
    '/assets',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/%00',
    '/assets/vetted.svg/x',
  ])('has nothing at %s, and says so in a fault', async (path) => {
    expectFault(await send(sandbox.url, path, { headers: { 'accept-encoding': 'br' } }), 404, '1000');
  });

  it('has its compressed files under their own names only', async () => {
    expectFault(await send(sandbox.url, `${asset}.br`), 404, '1000');
  });

  /** What fetch would decompress. */
  function fetchRaw(path: string, accepted?: string) {
    return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
      request(sandbox.url + path, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      })
        .once('error', reject)
        .end();
    });
  }
});

describe('the console of a service that is no sandbox', () => {
  const trust = {
    issuers: ['https://login.microsoftonline.com/{tenantid}/v2.0'],
    audiences: ['https://api.partnercenter.microsoft.com'],
    database: 'sqlite::memory:',
    port: 0,
    logLevel: 'silent',
  } as const;

  it('says nothing of how to sign in where no application is named', async () => {
    const service = await startService(trust);
    onTestFinished(() => service.close());
    const { text, headers } = await send(service.url, '/');
    expect(Object.keys(settingsIn(text))).toEqual(['version']);
    expect(policyOf(headers)['connect-src']).toBe("'self'");
  });

  it('names the application, and lets the page ask its authority alone', async () => {
    const service = await startService({ ...trust, consoleClientId: 'app', consoleScope: "api/$&'<>" });
    onTestFinished(() => service.close());
    const { text, headers } = await send(service.url, '/');
    expect(settingsIn(text)).toEqual({
      version: expect.any(String),
      clientId: 'app',
      authority: 'https://login.microsoftonline.com/organizations/v2.0',
      scope: "api/$&'<>",
    });
    expect(policyOf(headers)['connect-src']).toBe("'self' https://login.microsoftonline.com");
  });

  it('lets the page ask an authority that is written in capitals', async () => {
    const consoleAuthority = 'HTTPS://Login.Example/Tenant/v2.0';
    const service = await startService({ ...trust, consoleClientId: 'app', consoleAuthority });
    onTestFinished(() => service.close());
    const { text, headers } = await send(service.url, '/');
    expect(settingsIn(text).authority).toBe(consoleAuthority);
    expect(policyOf(headers)['connect-src']).toBe("'self' https://login.example");
  });
});

describe('a service whose console was not built', () => {
  it('says so in its log, and leads to the description of the API', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'vetted-console-'));
    const lines: string[] = [];
    const app = fastify({ logger: { stream: { write: (line: string) => lines.push(line) } } });
    onTestFinished(async () => {
      await app.close();
      await rm(empty, { recursive: true });
    });
    await consoleRoutes(app, { version: '1' }, empty);
    const { statusCode, headers } = await app.inject('/');
    expect([statusCode, headers.location]).toEqual([302, '/docs']);
    expect(lines.join('')).toContain(`There is no console in ${empty}: npm run build makes it.`);
  });
});

describe('what is built', () => {
  it('is packed with the service', async () => {
    const { files } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(files).toContain('console');
  });

  it('has each script, style and picture beside itself as brotli and as gzip', async () => {
    const names = new Set(await readdir(fileURLToPath(new URL('../console/assets', import.meta.url))));
    for (const name of names) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      expect([name, names.has(`${name}.br`), names.has(`${name}.gz`)]).toEqual([name, true, true]);
    }
  });
});
