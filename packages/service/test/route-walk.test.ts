import { randomUUID } from 'node:crypto';
import { call, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFault } from './bench.js';
import { send } from './raw.js';

type User = 'agent' | 'reviewer' | 'administrator';

/** As much of a JSON schema as a small value that it accepts is made from. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Described {
  readonly security?: unknown;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Operation {
  readonly method: string;
  /** As described, such as `/v1/customers/{customerId}`. */
  readonly route: string;
  /** With a value for each parameter. */
  readonly path: string;
  readonly needsCaller: boolean;
  readonly body?: { readonly type: string; readonly text: string };
}

interface Extras {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

const operations = await describedOperations();
const withCaller = operations.filter(({ needsCaller }) => needsCaller);
const beyondHealth = operations.filter(({ route }) => !/^\/(healthz|readyz)$/.test(route));
const ofOperator = withCaller.filter(({ route }) => route.startsWith('/vetting/v1/partners'));
const ofDesk = withCaller.filter(({ route }) => route.startsWith('/vetting/v1/reviews'));
const ofPartner = withCaller.filter((operation) => ![...ofOperator, ...ofDesk].includes(operation));
const routes = [...new Set(operations.map(({ route }) => route))].map((route) => ({
  route,
  known: operations.filter((operation) => operation.route === route),
}));

describe('of every route', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  /** Sends what the description asks for, and holds the answer to the correlation id that it brought. */
  const ask = async ({ method, path, body }: Operation, { token, headers }: Extras = {}) => {
    const correlationId = randomUUID();
    const answer = await send(sandbox.url, path, {
      method,
      headers: {
        'ms-correlationid': correlationId,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': body.type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body.text }),
    });
    expect(answer.headers.get('ms-correlationid')).toBe(correlationId);
    return answer;
  };
  const tokenFor = async (operation: Operation) =>
    operation.needsCaller ? sandbox.userToken(userOf(operation)) : undefined;

  it.each(withCaller)('$method $route is refused without a token', async (operation) => {
    expectFault(await ask(operation), 401, '800001');
  });

  it.each(withCaller)('$method $route is refused with a token that is none', async (operation) => {
    expectFault(await ask(operation, { token: 'a.b.c' }), 401, '400');
  });

  it.each(operations.filter(({ needsCaller }) => !needsCaller))(
    '$method $route takes no notice of a token',
    async (operation) => {
      expect((await ask(operation, { token: 'a.b.c' })).status).not.toBe(401);
    },
  );

  it.each(routes)('$route answers another method with those that it has', async ({ known }) => {
    const [operation] = known;
    if (operation === undefined) throw new Error('A route has at least one operation.');
    const methods = known.map(({ method }) => method);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => !methods.includes(name))) {
      const answer = await ask({ ...operation, method });
      expectFault(answer, 405, 'MethodNotAllowed');
      const allowed = answer.headers.get('allow')?.split(', ') ?? [];
      expect(allowed.filter((name) => name !== 'HEAD').sort()).toEqual(methods.sort());
    }
  });

  it.each(beyondHealth)('$method $route names a query parameter that it does not know', async (operation) => {
    const path = `${operation.path}?unheardOf=1`;
    const token = await tokenFor(operation);
    expectFault(await ask({ ...operation, path }, { token }), 400, '3000', ['unheardOf']);
  });

  it.each(beyondHealth)('$method $route is refused to whoever reads no JSON', async (operation) => {
    const headers = { accept: 'text/html' };
    expectFault(await ask(operation, { token: await tokenFor(operation), headers }), 406, 'NotAcceptable');
  });

  it.each(withCaller)('$method $route echoes the correlation id to whoever may call it', async (operation) => {
    const { method, path, body } = operation;
    const correlationId = randomUUID();
    const answer = await fetch(sandbox.url + path, {
      method,
      headers: {
        authorization: `Bearer ${await tokenFor(operation)}`,
        'ms-correlationid': correlationId,
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      ...(body === undefined ? {} : { body: body.text }),
    });
    // A stream of events would go on.
    await answer.body?.cancel();
    expect([answer.status < 500, answer.headers.get('ms-correlationid')]).toEqual([true, correlationId]);
    expect([401, 403, 405, 406, 415]).not.toContain(answer.status);
  });

  it.each(ofOperator)("$method $route is refused to a partner's agent and to a reviewer", async (operation) => {
    for (const user of ['agent', 'reviewer'] as const) {
      expectFault(await ask(operation, { token: await sandbox.userToken(user) }), 403, '900308');
    }
  });

  it.each(ofDesk)("$method $route is refused to a partner's agent and to an administrator", async (operation) => {
    for (const token of [await sandbox.userToken(), await administratorAlone(sandbox)]) {
      expectFault(await ask(operation, { token }), 403, '900308');
    }
  });

  it.each(ofPartner.filter(isAboutThePartner))(
    '$method $route is refused to a tenant that is no partner',
    async (operation) => {
      expectFault(await ask(operation, { token: await sandbox.userToken('administrator') }), 403, 'PartnerUnknown');
    },
  );
});

/** Everything that the service describes: a new route is walked without being named here. */
async function describedOperations(): Promise<readonly Operation[]> {
  const sandbox = await startSandbox();
  const { body } = await call(`${sandbox.url}/openapi.json`);
  await sandbox.close();
  return Object.entries<Record<string, Described>>(body.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, described]) => toOperation(method.toUpperCase(), route, described)),
  );
}

function toOperation(method: string, route: string, described: Described): Operation {
  const { security, parameters = [], requestBody } = described;
  const path = route.replaceAll(/\{(\w+)\}/g, (_, wanted) =>
    String(sampleOf(parameters.find(({ name }) => name === wanted)?.schema)),
  );
  const [content] = Object.entries(requestBody?.content ?? {});
  const body = content && { type: content[0], text: JSON.stringify(sampleOf(content[1].schema)) };
  return { method, route, path, needsCaller: security !== undefined, ...(body === undefined ? {} : { body }) };
}

/** The least that a schema accepts. */
function sampleOf(schema: Schema = {}): unknown {
  if (schema.enum !== undefined) return schema.enum[0];
  const [type = 'object'] = [schema.type].flat();
  if (type === 'string') return schema.pattern?.startsWith('^[0-9a-fA-F]{8}-') ? randomUUID() : 'x';
  if (type === 'integer') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items));
  const required = schema.required ?? [];
  return Object.fromEntries(required.map((name) => [name, sampleOf(schema.properties?.[name])]));
}

function userOf(operation: Operation): User {
  if (ofOperator.includes(operation)) return 'administrator';
  return ofDesk.includes(operation) ? 'reviewer' : 'agent';
}

/** Whether it is the token's tenant alone that such a request can be refused for. */
function isAboutThePartner({ method, route }: Operation): boolean {
  return method === 'GET' && !['/webhooks/v1/registration/events', '/vetting/v1/caller'].includes(route);
}

/** A token with the administrator's role and without the reviewer's. */
async function administratorAlone({ description }: TestSandbox): Promise<string> {
  const { baseUrl, clientId, clientSecret, users } = description;
  const { body } = await call(`${baseUrl}/${users.reviewer.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://api.partnercenter.microsoft.com/.default',
      grant_type: 'client_credentials',
      role: 'Vetting.Administer',
    }),
  });
  return body.access_token;
}
