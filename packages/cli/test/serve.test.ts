import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { examples, unqualified } from '@vetted/testkit';
import { describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox, startScript, temporaryFolder, vetted } from './support.js';

describe('vetted serve --sandbox', () => {
  it('says where it is and what to try, and Ctrl-C ends it with 0', async () => {
    const sandbox = await startSandbox();
    const { exitCode, stdout, stderr } = await sandbox.stop();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(sandbox.baseUrl, '<url>').replaceAll(sandbox.home, '<home>')).toMatchInlineSnapshot(`
      "Vetted sandbox is ready at <url>

        Console      <url>
        API          <url>/docs
        Data folder  <home>

      Try it in a second terminal. Fabrikam Academy's qualifications:

        VETTED_HOME=<home> npx vetted get 1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02

        curl -s <url>/v1/customers/1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02/qualifications -H "Authorization: Bearer $(VETTED_HOME=<home> npx vetted token)"

      Press Ctrl-C to stop.
      "
    `);
  });

  it('ends with 0 on SIGTERM', async () => {
    const sandbox = await startSandbox();
    sandbox.child.kill('SIGTERM');
    expect(await sandbox.ended).toMatchObject({ exitCode: 0 });
  });

  it('ends at once on a second signal while a request is under way', async () => {
    const sandbox = await startSandbox();
    const underWay = await halfSent(sandbox);
    sandbox.child.kill('SIGINT');
    while (await accepts(sandbox.baseUrl));
    sandbox.child.kill('SIGTERM');
    expect(await sandbox.ended).toMatchObject({ exitCode: 143 });
    underWay.destroy();
  });

  it('keeps what was written over a restart', async () => {
    const first = await startSandbox();
    const answer = await fetch(`${first.baseUrl}/v1/customers/${unqualified.adventureWorks}/qualifications`, {
      method: 'POST',
      headers: { authorization: await bearer(first, 'agent'), 'content-type': 'application/json' },
      body: JSON.stringify({ qualification: 'Education', educationSegment: 'K12' }),
    });
    expect(answer.status).toBe(201);
    const sent = await answer.json();
    await first.stop();
    const second = await startSandbox({ home: first.home });
    const { stdout } = await second.vetted('get', '--json', unqualified.adventureWorks);
    expect(JSON.parse(stdout)).toEqual([sent]);
  });

  it('says where another one runs on its data folder, and describes that one again when it stops', async () => {
    const first = await startSandbox();
    const second = await startSandbox({ home: first.home });
    await second.untilError(/\n/);
    expect(second.output().stderr).toBe(
      `vetted: Another sandbox runs on this data folder, at ${first.baseUrl}. ` +
        'Until this one stops, commands ask this one.\n',
    );
    expect(await second.description()).toMatchObject({ baseUrl: second.baseUrl });
    await second.stop();
    expect(await first.description()).toMatchObject({ baseUrl: first.baseUrl });
    expect(await first.vetted('customers')).toMatchObject({ exitCode: 0 });
  });

  it('says nothing of one that has stopped', async () => {
    const first = await startSandbox();
    await first.stop();
    const second = await startSandbox({ home: first.home });
    expect(await second.stop()).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('names host, port and PORT where the port is in use', async () => {
    const { baseUrl } = await startSandbox();
    const { port } = new URL(baseUrl);
    const env = { VETTED_HOME: await temporaryFolder(), PORT: port };
    expect(await vetted(['serve', '--sandbox'], { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `vetted: --port or PORT: ${port} on 127.0.0.1 is in use. Choose another one.\n`,
    });
  });

  it('also speaks https with --https, and says with which certificate', async () => {
    const sandbox = await startSandbox({ args: ['--https', '0'] });
    const { stdout } = sandbox.output();
    const certificate = join(sandbox.home, 'https-certificate.pem');
    expect(stdout).toMatch(/^ {2}https {8}https:\/\/127\.0\.0\.1:\d+$/m);
    expect(stdout).toContain(`  Certificate  ${certificate}\n`);
    expect(await readFile(certificate, 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});

describe('npm start', () => {
  it('runs the sandbox, passes its arguments on, and ends with 0', async () => {
    const sandbox = await startScript(['--log-level', 'silent']);
    const [{ customerId, qualifications }] = examples;
    const { stdout } = await sandbox.vetted('get', '--json', customerId);
    expect(JSON.parse(stdout)).toEqual(qualifications);
    expect(await sandbox.stop()).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

async function bearer(sandbox: Sandbox, user: string): Promise<string> {
  return `Bearer ${(await sandbox.vetted('token', '--user', user)).stdout.trim()}`;
}

/** A request whose body never ends, and which the service has begun to read. */
async function halfSent(sandbox: Sandbox) {
  const sending = request(`${sandbox.baseUrl}/v1/customers/${unqualified.litware}/qualifications`, {
    method: 'POST',
    headers: {
      authorization: await bearer(sandbox, 'agent'),
      'content-type': 'application/json',
      'content-length': '100',
      expect: '100-continue',
    },
  });
  sending.on('error', () => {});
  sending.flushHeaders();
  await once(sending, 'continue');
  return sending;
}

/** Whether somebody listens there. */
async function accepts(baseUrl: string): Promise<boolean> {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
