import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Answer, json, type Received, startScriptedServer } from '../../client/test/scripted-server.js';
import { bin } from './desk-support.js';
import { type Outcome, type Running, start, temporaryFolder } from './support.js';

/** Microsoft's side: a service that knows Partner Center's routes only, and what it was asked. */
export interface PartnerCenter {
  readonly home: string;
  /** Every request but those for tokens. */
  readonly asked: readonly Received[];
  /** Runs `vetted` against it. */
  vetted(...args: string[]): Promise<Outcome>;
  /** The same, not waiting for its end. */
  startVetted(...args: string[]): Running;
}

const notFound = json({ statusCode: 404, message: 'Resource not found' }, 404);
const user = { tenantId: 'tenant', refreshToken: 'refresh' };

/**
 * Plays Partner Center: what is below `/v1` is answered by the function, all else with 404. Signing in goes by the
 * description of a sandbox, so that nothing outside this machine is asked.
 */
export async function startPartnerCenter(
  answer: (request: Received) => Answer | Promise<Answer>,
): Promise<PartnerCenter> {
  const home = await temporaryFolder();
  const server = await startScriptedServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const asked: Received[] = [];
  server.answerBy((request) => {
    if (request.url.endsWith('/oauth2/v2.0/token')) return json({ access_token: 'token', expires_in: 3600 });
    asked.push(request);
    return request.url.startsWith('/v1/') ? answer(request) : notFound;
  });
  const description = {
    baseUrl: server.url,
    tenantId: 'tenant',
    clientId: 'client',
    clientSecret: 'secret',
    users: { agent: user, reviewer: user, administrator: user },
  };
  await writeFile(join(home, 'sandbox.json'), JSON.stringify(description));
  const startVetted = (...args: string[]) => start(bin, args, { env: { VETTED_HOME: home } });
  return { home, asked, startVetted, vetted: (...args) => startVetted(...args).ended };
}
