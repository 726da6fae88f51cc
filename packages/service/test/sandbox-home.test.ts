import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { openSandbox } from '../src/sandbox/sandbox.js';
import { claimsOf, fakeClock, newHome, origin, partner, startAuthority } from './sandbox-support.js';

const day = 86_400_000;
/** Windows has no such modes; Node.js shows one for all that can be written. */
const onWindows = process.platform === 'win32';
const open = (home: string | undefined) => openSandbox({ home, clock: fakeClock() });
const describedBy = async (home: string | undefined) => (await open(home)).describe({ baseUrl: origin });
const modeOf = async (...path: string[]) => ((await stat(join(...path))).mode & 0o777).toString(8);

describe('the secrets', () => {
  it('stay the same from one start to the next, refresh tokens included', async () => {
    const home = await newHome();
    const first = await startAuthority({ home });
    const later = await startAuthority({ home });
    expect(await later.sandbox.describe({ baseUrl: origin })).toStrictEqual(
      await first.sandbox.describe({ baseUrl: origin }),
    );
    const form = { grant_type: 'refresh_token', ...first.client };
    const { body } = await first.token(partner, { ...form, refresh_token: first.users.agent.refreshToken });
    const refreshed = await later.token(partner, { ...form, refresh_token: body.refresh_token ?? '' });
    expect(claimsOf(refreshed.body.access_token)).toMatchObject({ tid: partner, scp: 'user_impersonation' });
  });

  it('differ between two folders, and between two starts without a folder', async () => {
    const described = await Promise.all([
      describedBy(await newHome()),
      describedBy(await newHome()),
      describedBy(undefined),
      describedBy(undefined),
    ]);
    expect(new Set(described.map(({ clientSecret }) => clientSecret)).size).toBe(4);
    expect(new Set(described.map(({ users }) => users.agent.refreshToken)).size).toBe(4);
    expect(new Set(described.map(({ clientId }) => clientId)).size).toBe(1);
  });

  it('are one and the same for two processes that start together', async () => {
    const home = await newHome();
    const [one, other] = await Promise.all([describedBy(home), describedBy(home)]);
    expect(one).toStrictEqual(other);
    expect(await readdir(home)).toStrictEqual(['authority.json']);
  });

  it('are readable by their owner only', async () => {
    const home = await newHome();
    await open(home);
    expect(await modeOf(home)).toBe(onWindows ? '666' : '700');
    expect(await modeOf(home, 'authority.json')).toBe(onWindows ? '666' : '600');
  });

  it.each<[string, (file: Record<string, unknown>) => string, RegExp]>([
    ['is no JSON', () => '{"clientSecret":"verysecret', /is not JSON/],
    ['is empty', () => '', /is not JSON/],
    ['is no object', () => '[]', /a member is not valid/],
    ['lacks a member', ({ clientSecret: _, ...rest }) => JSON.stringify(rest), /clientSecret is missing/],
    ['has a short secret', (file) => JSON.stringify({ ...file, clientSecret: 'short' }), /clientSecret is not valid/],
    ['has a key of another kind', (file) => JSON.stringify({ ...file, signingKey: { kty: 'EC' } }), /signingKey/],
    ['has halves of two keys', (file) => JSON.stringify(withModulus(file)), /signingKey is not an RSA key/],
    ['has a member too many', (file) => JSON.stringify({ ...file, extra: 1 }), /not valid/],
  ])('are refused with the name of the file when it %s', async (_, change, message) => {
    const home = await newHome();
    await open(home);
    const file = join(home, 'authority.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, change(JSON.parse(text)));
    const refused = await open(home).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'ConfigError', message: expect.stringMatching(message) });
    expect(String(refused)).toContain(file);
    expect(String(refused)).not.toContain('verysecret');
  });

  it('are refused when the folder is a file', async () => {
    const home = await newHome();
    await writeFile(home, '');
    await expect(open(home)).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining(home) });
  });
});

describe('the certificate', () => {
  it('is a server certificate for this machine alone, good for a year and its own anchor', async () => {
    const { cert } = await (await open(undefined)).certificate();
    const certificate = new X509Certificate(cert);
    expect(certificate.subject).toBe('CN=localhost');
    for (const name of ['localhost']) expect(certificate.checkHost(name)).toBe(name);
    for (const address of ['127.0.0.1', '::1']) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.keyUsage).toStrictEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 365 * day);
    expect(Date.parse(certificate.validTo)).toBeLessThan(Date.now() + 825 * day);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  });

  it('is made on demand, once, and kept', async () => {
    const home = await newHome();
    const sandbox = await open(home);
    expect(await readdir(home)).toStrictEqual(['authority.json']);
    const [one, two] = await Promise.all([sandbox.certificate(), sandbox.certificate()]);
    expect(one).toStrictEqual(two);
    expect(await (await open(home)).certificate()).toStrictEqual(one);
    expect((await readdir(home)).sort()).toStrictEqual(['authority.json', 'https-certificate.pem', 'https-key.pem']);
    expect(await readFile(join(home, 'https-certificate.pem'), 'utf8')).toBe(one.cert);
    expect(await modeOf(home, 'https-key.pem')).toBe(onWindows ? '666' : '600');
  });

  it.each([
    ['has expired', -1],
    ['expires within a month', 29],
  ])('is renewed when it %s', async (_, days) => {
    const home = await newHome();
    await keepCertificate(home, await certificateFor(days));
    const { cert } = await (await open(home)).certificate();
    expect(Date.parse(new X509Certificate(cert).validTo)).toBeGreaterThan(Date.now() + 365 * day);
    expect(await readFile(join(home, 'https-certificate.pem'), 'utf8')).toBe(cert);
  });

  it('is kept while it is good for more than a month', async () => {
    const home = await newHome();
    const kept = await certificateFor(31);
    await keepCertificate(home, kept);
    expect(await (await open(home)).certificate()).toStrictEqual(kept);
  });

  it.each([
    ['belongs to another key', async () => ({ ...(await certificateFor(90)), key: (await certificateFor(90)).key })],
    ['is no certificate', async () => ({ ...(await certificateFor(90)), cert: 'broken' })],
  ])('is made anew when it %s', async (_, make) => {
    const home = await newHome();
    const broken = await make();
    await keepCertificate(home, broken);
    const made = await (await open(home)).certificate();
    expect(made.cert).not.toBe(broken.cert);
    expect(new X509Certificate(made.cert).subject).toBe('CN=localhost');
  });
});

describe('the description', () => {
  it('tells a program all it needs', async () => {
    const { clientId, clientSecret, ...described } = await describedBy(undefined);
    expect(clientId).toMatch(/^[\da-f-]{36}$/);
    expect(clientSecret).toMatch(/^[\w-]{43}$/);
    expect(described).toMatchObject({
      baseUrl: origin,
      authority: origin,
      tenantId: partner,
      users: {
        agent: { userPrincipalName: 'agent@contoso.example', tenantId: partner },
        reviewer: { userPrincipalName: 'reviewer@vetting.example' },
        administrator: { userPrincipalName: 'administrator@vetting.example' },
      },
    });
    expect(described.customers).toHaveLength(8);
    expect(described.customers[0]).toStrictEqual({
      id: '0a4f0c6e-5d3b-4c1a-9b7e-1f2d3c4b5a01',
      companyName: 'Lakeshore Primary School',
    });
    expect(described).not.toHaveProperty('https');
  });

  it('names the https address as the authority, with the certificate, where there is one', async () => {
    const sandbox = await open(undefined);
    const httpsUrl = 'https://127.0.0.1:7443';
    const described = await sandbox.describe({ baseUrl: origin, httpsUrl });
    expect(described).toMatchObject({ baseUrl: origin, authority: httpsUrl });
    expect(described.https).toStrictEqual({ baseUrl: httpsUrl, certificate: (await sandbox.certificate()).cert });
  });

  it('is published into the data folder, whole and for its owner only, replacing an earlier one', async () => {
    const home = await newHome();
    await mkdir(home);
    await writeFile(join(home, 'sandbox.json'), 'old', { mode: 0o644 });
    const sandbox = await open(home);
    const described = await sandbox.describe({ baseUrl: origin });
    await sandbox.publish(described);
    expect(JSON.parse(await readFile(join(home, 'sandbox.json'), 'utf8'))).toStrictEqual(described);
    expect((await readdir(home)).sort()).toStrictEqual(['authority.json', 'sandbox.json']);
    expect(await modeOf(home, 'sandbox.json')).toBe(onWindows ? '666' : '600');
  });

  it('is published nowhere without a data folder', async () => {
    const sandbox = await open(undefined);
    await expect(sandbox.publish(await sandbox.describe({ baseUrl: origin }))).resolves.toBeUndefined();
  });
});

/** The key with its public half changed: well formed, and useless. */
function withModulus(file: Record<string, unknown>): Record<string, unknown> {
  const signingKey = file.signingKey as Record<string, string>;
  const n = signingKey.n ?? '';
  return { ...file, signingKey: { ...signingKey, n: `${n.slice(0, 40)}${n[40] === 'A' ? 'B' : 'A'}${n.slice(41)}` } };
}

async function certificateFor(days: number) {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 2 * day),
    notAfterDate: new Date(Date.now() + days * day),
  });
  return { key: made.private, cert: made.cert };
}

async function keepCertificate(home: string, { key, cert }: { key: string; cert: string }): Promise<void> {
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'https-key.pem'), key);
  await writeFile(join(home, 'https-certificate.pem'), cert);
}
