import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SandboxDescription } from '@vetted/service';
import { startServiceProcess, type TestDatabase, tokenSource } from '@vetted/testkit';
import { onTestFinished } from 'vitest';
import { startCollector } from './collector.js';
import { vetted } from './support.js';

/** Texts that occur nowhere else. */
export const planted = {
  encryptionKey: randomBytes(32).toString('base64'),
  metricsToken: 'canary-metrics-token-of-the-house',
  usedCode: 'canary-code-used',
  unknownCode: 'canary-code-unknown',
};

/** A receiver that fails, and sends back all that it got. */
async function startEcho() {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    const got = `${JSON.stringify(request.headers)}\n${await text(request)}`;
    received.push(got);
    response.writeHead(500, { 'content-type': 'text/plain' }).end(got);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}

/** A service as a process that tells all it can, with everything around it. */
export async function startCanaryHouse(database: TestDatabase) {
  const home = await mkdtemp(join(tmpdir(), 'vetted-canary-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const keyFile = join(home, 'house.key');
  await writeFile(keyFile, `${planted.encryptionKey}\n`, { mode: 0o600 });
  const [collector, echo] = [await startCollector(), await startEcho()];
  const args = ['--sandbox', '--home', home, '--database', database.address, '--encryption-key-file', keyFile];
  const service = await startServiceProcess({
    args: [...args, '--log-level', 'trace'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      VETTED_METRICS_TOKEN: planted.metricsToken,
    },
  });
  onTestFinished(async () => {
    await service.stop('SIGKILL');
  });
  const description: SandboxDescription = JSON.parse(await readFile(join(home, 'sandbox.json'), 'utf8'));
  const tokens = tokenSource(description);
  return {
    service,
    collector,
    echo,
    description,
    tokens: {
      app: await tokens.appToken(),
      agent: await tokens.userToken('agent'),
      reviewer: await tokens.userToken('reviewer'),
      administrator: await tokens.userToken('administrator'),
    },
    /** The command with the client's own log, which tells of each request. */
    vetted: (command: readonly string[], stdin = '') =>
      vetted(command, { env: { VETTED_HOME: home, AZURE_LOG_LEVEL: 'verbose' }, stdin }),
  };
}

export type CanaryHouse = Awaited<ReturnType<typeof startCanaryHouse>>;

/** An answer and what it was given to. */
export interface Heard {
  readonly operation: string;
  readonly status: number;
  readonly text: string;
}

/** Asks, and keeps all that was answered, its headers too; of a stream what comes first. */
export async function ask(url: string, operation: string, init: RequestInit): Promise<Heard> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const head = JSON.stringify([...response.headers]);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return { operation, status: response.status, text: `${head}\n${await response.text()}` };
  }
  await response.body?.cancel();
  return { operation, status: response.status, text: head };
}

/** Signs in as a browser does, and gives the authorization code and what the authority answered. */
export async function signIn({ service, description }: CanaryHouse) {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = 'http://localhost:5173/signed-in';
  const query = new URLSearchParams({
    client_id: description.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid offline_access https://api.partnercenter.microsoft.com/.default',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: description.users.agent.userPrincipalName,
  });
  const authority = `${service.url}/${description.tenantId}/oauth2/v2.0`;
  const { headers } = await fetch(`${authority}/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  const exchange = (clientSecret: string) =>
    ask(`${authority}/token`, 'POST token', {
      method: 'POST',
      body: new URLSearchParams({
        client_id: description.clientId,
        client_secret: clientSecret,
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
  // The wrong secret, the right one, and the code for the second time.
  const answers = [await exchange(`${description.clientSecret}-wrong`), await exchange(description.clientSecret)];
  return { code, answers: [...answers, await exchange(description.clientSecret)] };
}
