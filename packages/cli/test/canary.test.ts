import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { databases, until } from '@vetted/testkit';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { matrix } from '../../service/test/access-matrix.js';
import { databaseText } from '../../service/test/database-text.js';
import { onDatabase } from '../../service/test/raw-database.js';
import { ask, type CanaryHouse, type Heard, planted, signIn, startCanaryHouse } from './canary-house.js';

const code = '{validationId}';
/** Which answers may hold a validation code: the partner's list, and the operator's own words of one. */
const codesBelong = new RegExp(`^(GET /v1/customers/all/validations|(GET|PUT) /vetting/\\S+/${code})$`);
const tables = ['validation_code', 'webhook_registration', 'recorded_answer'];

/** An operation as it is meant, and with the secrets as values where they do not belong. */
function triesOf(path: string, body: object | string | undefined): readonly (readonly [string, string | undefined])[] {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const misplaced = `${path.replace(planted.usedCode, planted.unknownCode)}?size=${planted.usedCode}&code=${planted.unknownCode}`;
  const wrong = JSON.stringify({ validationCode: [planted.unknownCode], unexpected: planted.usedCode });
  const bodies = text === undefined ? [] : [wrong, `[${wrong}`, `"${planted.usedCode}`];
  return [[path, text], [misplaced, text], ...bodies.map((one) => [path, one] as const)];
}

/** Asks for these operations by everybody who may, and some who may not. */
async function visit(house: CanaryHouse, customerId: string, wanted: (operation: string) => boolean): Promise<Heard[]> {
  const { service, tokens, description } = house;
  const given: Record<string, string> = {
    customerId,
    tenantId: description.tenantId,
    validationId: planted.usedCode,
    qualification: 'GovernmentCommunityCloud',
  };
  const heard: Heard[] = [];
  for (const [operation, { body }] of Object.entries(matrix)) {
    if (!wanted(operation)) continue;
    const [method = '', template = ''] = operation.split(' ');
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => given[name] ?? randomUUID());
    const type = operation.endsWith(':import') ? 'application/x-ndjson' : 'application/json';
    const calls = triesOf(path, body).flatMap(([target, text]) =>
      [tokens.agent, tokens.reviewer, tokens.administrator].map((token) => {
        const headers = { authorization: `Bearer ${token}`, ...(text === undefined ? {} : { 'content-type': type }) };
        return ask(service.url + target, operation, { method, headers, ...(text === undefined ? {} : { body: text }) });
      }),
    );
    heard.push(...(await Promise.all(calls)));
  }
  return heard;
}

const agentsPost = (house: CanaryHouse, path: string, body: object, token = house.tokens.agent) =>
  ask(house.service.url + path, `POST ${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

const bodyOf = ({ text }: Heard) => JSON.parse(text.slice(text.indexOf('\n') + 1));

/** A customer, a code that it used, and a webhook that was told so. Gives the webhook's secret, too. */
async function furnish(house: CanaryHouse) {
  const { service, tokens, description, echo } = house;
  await ask(`${service.url}/vetting/v1/partners/${description.tenantId}/validation-codes/${planted.usedCode}`, 'PUT', {
    method: 'PUT',
    body: JSON.stringify({ organizationName: 'City of Example', maxCreates: 5 }),
    headers: { authorization: `Bearer ${tokens.administrator}`, 'content-type': 'application/json' },
  });
  const company = { companyName: 'Fourth Coffee', domain: 'fourth.example.com' };
  const customerId = bodyOf(await agentsPost(house, '/sandbox/v1/customers', company)).id;
  const events = ['test-created', 'customer-qualification-updated'];
  const registration = { WebhookUrl: echo.url, WebhookEvents: events };
  const { Secret: webhookSecret } = bodyOf(await agentsPost(house, '/webhooks/v1/registration', registration));
  const request = { qualification: 'GovernmentCommunityCloud', validationCode: planted.usedCode };
  const path = `/v1/customers/${customerId}/qualifications`;
  const asked = [
    await agentsPost(house, path, { ...request, validationCode: planted.unknownCode }),
    await agentsPost(house, path, request),
    await agentsPost(house, path, request),
    await agentsPost(house, '/webhooks/v1/registration/validationEvents', {}),
  ];
  await until('the receiver has got both', () => echo.received.length >= 2);
  return { customerId, webhookSecret, asked };
}

/** Has the tables gone that secrets are in, while this is done. */
async function whileBroken<T>(address: string, work: () => Promise<T>): Promise<T> {
  const rename = (from: string, to: string) =>
    onDatabase(address, async (db) => {
      for (const table of tables) {
        await sql.raw(`alter table ${from}${table} rename to ${to}${table}`).execute(db);
      }
    });
  await rename('', 'gone_');
  try {
    return await work();
  } finally {
    await rename('gone_', '');
  }
}

async function commands({ vetted }: CanaryHouse, customerId: string) {
  const request = ['request', customerId, 'gcc', '--code', '-'];
  const run = await Promise.all([
    vetted([...request, '--yes'], `${planted.usedCode}\n`),
    vetted([...request, '--json'], `${planted.unknownCode}\n`),
    vetted(['doctor']),
  ]);
  return run.map(({ stdout, stderr }) => stdout + stderr);
}

const argumentsOf = async (pid: number) =>
  existsSync(`/proc/${pid}/cmdline`) ? await readFile(`/proc/${pid}/cmdline`, 'utf8') : '';

/** What must not come out, each with a name for it. */
function secretsOf({ description, tokens }: CanaryHouse, others: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries({
    ...planted,
    ...others,
    clientSecret: description.clientSecret,
    ...named('token', tokens, signatureOf),
    ...named('refresh token', description.users, ({ refreshToken }) => refreshToken),
  });
}

const named = <T>(kind: string, all: Readonly<Record<string, T>>, secretOf: (one: T) => string) =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [`${name}'s ${kind}`, secretOf(one)]));

/** Of a token the part that makes it one. */
const signatureOf = (token: string) => token.slice(token.lastIndexOf('.') + 1);

/** What an authority answers is tokens. */
const withoutTokens = (text: string) => text.replace(/"(access|refresh|id)_token":"[^"]*"/g, '');

/** Which secrets are where they do not belong. */
function strays(places: readonly [string, string][], secrets: readonly [string, string][]): string[] {
  const found = places.flatMap(([place, text]) =>
    secrets.flatMap(([name, secret]) => {
      const belongs = name.endsWith('Code') && name !== 'authorizationCode' && codesBelong.test(place);
      return text.includes(secret) && !belongs ? [`${name} in ${place}`] : [];
    }),
  );
  return [...new Set(found)];
}

describe.each(databases)('a service on $name that logs and traces all it can', ({ create }) => {
  it('keeps every secret where it belongs', async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const house = await startCanaryHouse(database);
    const { service, collector, echo } = house;
    const { customerId, webhookSecret, asked } = await furnish(house);
    const signedIn = await signIn(house);
    const written = (await commands(house, customerId)).join('\n');
    const keeps = (operation: string) => !/^DELETE |\/sandbox\/v1\/(reset|clock)$/.test(operation);
    const heard = [...asked, ...(await visit(house, customerId, keeps))];
    const kept = await databaseText(database.address);
    heard.push(...(await whileBroken(database.address, () => visit(house, customerId, keeps))));
    heard.push(...(await visit(house, customerId, (operation) => operation.startsWith('DELETE '))));
    const startedWith = await argumentsOf(service.pid);
    await service.stop('SIGINT');

    const places: [string, string][] = [
      ['the log', service.output()],
      ['the arguments', startedWith],
      ['the database', kept + (await databaseText(database.address))],
      ['a trace', collector.received.map(({ body }) => String(body)).join('\n')],
      ['a webhook', echo.received.join('\n')],
      ['a command', written],
      ...heard.map(({ operation, text }): [string, string] => [operation, text]),
      ...signedIn.answers.map(({ text }): [string, string] => ['a token', withoutTokens(text)]),
    ];
    expect(strays(places, secretsOf(house, { webhookSecret, authorizationCode: signedIn.code }))).toEqual([]);

    // All of it has happened: refusals, failures, an authority's answers, and codes where they belong.
    const statuses = [...new Set(heard.map(({ status }) => status))];
    expect(statuses).toEqual(expect.arrayContaining([200, 201, 204, 400, 403, 404, 409, 500]));
    expect(signedIn.answers.map(({ status }) => status)).toEqual([401, 200, 400]);
    const listed = heard.filter(
      ({ operation, text }) => codesBelong.test(operation) && text.includes(planted.usedCode),
    );
    expect(listed).not.toEqual([]);
    expect(service.output()).toContain('unforeseen error');
    expect(written).toContain('azure:');
    expect(collector.spans().length).toBeGreaterThan(100);
  });
});

it('the search for secrets finds what is where it does not belong', () => {
  const places = ['the log', 'GET /v1/customers/all/validations'].map((place): [string, string] => [place, 'a b']);
  const secrets: [string, string][] = [
    ['usedCode', 'a'],
    ['authorizationCode', 'b'],
    ['clientSecret', 'c'],
  ];
  expect(strays(places, secrets)).toEqual([
    'usedCode in the log',
    'authorizationCode in the log',
    'authorizationCode in GET /v1/customers/all/validations',
  ]);
});
