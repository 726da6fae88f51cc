import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { openSandbox } from '../src/sandbox/sandbox.js';
import { newHome, partner, partnerCenter, verified } from './sandbox-support.js';

const program = fileURLToPath(new URL('./sandbox-credential.mjs', import.meta.url));

/** The sandbox over https, and what Azure Identity gets from it in a process that trusts its certificate. */
async function startHttps() {
  const home = await newHome();
  const certificateFile = join(dirname(home), 'trusted.pem');
  const sandbox = await openSandbox({ home, clock: () => new Date() });
  const certificate = await sandbox.certificate();
  await writeFile(certificateFile, certificate.cert);
  const app = fastify({ https: certificate });
  await app.register(sandbox.routes);
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const { tenantId, clientId, clientSecret } = await sandbox.describe({ baseUrl: `https://127.0.0.1:${port}` });

  const getToken = async (changes: Record<string, string>, trusted = certificateFile) => {
    const options = { authorityHost: `https://localhost:${port}`, tenantId, clientId, clientSecret, ...changes };
    const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(options)], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted, NO_PROXY: 'localhost,127.0.0.1' },
    });
    return JSON.parse(stdout) as { token?: string; expiresOnTimestamp?: number; error?: string };
  };
  return { sandbox, port, getToken };
}

it.each(['localhost', '127.0.0.1'])(
  'gives an unmodified ClientSecretCredential a token over https://%s',
  async (host) => {
    const { sandbox, port, getToken } = await startHttps();
    const { token, expiresOnTimestamp } = await getToken({ authorityHost: `https://${host}:${port}` });
    const claims = await verified(sandbox, token, new Date());
    expect(claims).toMatchObject({
      aud: partnerCenter,
      tid: partner,
      iss: `https://${host}:${port}/${partner}/v2.0`,
      idtyp: 'app',
    });
    // Its cache goes by what the answer says; the token itself is good for longer, so that a moved clock does no harm.
    expect(Math.abs((expiresOnTimestamp ?? 0) / 1000 - (claims.iat ?? 0) - 3600)).toBeLessThan(60);
  },
);

it('is refused by a process that does not trust the certificate, and refuses a wrong secret', async () => {
  const { getToken } = await startHttps();
  expect(await getToken({}, '')).toStrictEqual({ error: expect.stringContaining('endpoints_resolution_error') });
  expect((await getToken({ clientSecret: 'wrong' })).error).toContain('invalid_client');
});
