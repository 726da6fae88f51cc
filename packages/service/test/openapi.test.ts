import { Validator } from '@seriousme/openapi-schema-validator';
import { paths, sandboxPaths, vettingPaths, webhookPaths } from '@vetted/contract';
import { call, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFault, expectFaultShape } from './bench.js';
import { send } from './raw.js';

const ofCustomer = (path: string) =>
  path.replace(':customerId', '{customerId}').replace(':qualification', '{qualification}');

const ofPartner = '/vetting/v1/partners/{tenantId}';
const operatorRoutes = [
  ...['get', 'put'].map((method) => `${method} ${ofPartner}`),
  ...['get', 'put'].map((method) => `${method} ${ofPartner}/customers/{customerId}`),
  `post ${ofPartner}/customers/{customerId}/end-relationship`,
  `post ${ofPartner}/customers:import`,
  ...['get', 'put', 'delete'].map((method) => `${method} ${ofPartner}/validation-codes/{validationId}`),
];

describe('the description of the API', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const document = async () => (await call(`${sandbox.url}/openapi.json`)).body;

  it('is OpenAPI 3.1 and valid', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(await document());
    expect(errors ?? []).toEqual([]);
    expect([valid, validator.version]).toEqual([true, '3.1']);
  });

  it('lists the routes that speak Partner Center, our own, those of health and the switches of the sandbox, and no other', async () => {
    const routes = Object.entries((await document()).paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method} ${path}`),
    );
    expect(routes.sort()).toEqual(
      [
        `get ${paths.customers}`,
        `get ${paths.customer.replace(':customerId', '{customerId}')}`,
        `get ${paths.qualifications.replace(':customerId', '{customerId}')}`,
        `post ${paths.qualifications.replace(':customerId', '{customerId}')}`,
        `get ${paths.validations}`,
        `get ${vettingPaths.reviews}`,
        `get ${vettingPaths.review.replace(':reviewId', '{reviewId}')}`,
        `post ${vettingPaths.decision.replace(':reviewId', '{reviewId}')}`,
        `post ${vettingPaths.reopen.replace(':reviewId', '{reviewId}')}`,
        `get ${ofCustomer(vettingPaths.qualification)}`,
        `get ${ofCustomer(vettingPaths.history)}`,
        `post ${ofCustomer(vettingPaths.preflight)}`,
        `get ${vettingPaths.caller}`,
        `get ${vettingPaths.customers}`,
        `get ${vettingPaths.summary}`,
        `get ${vettingPaths.events}`,
        ...operatorRoutes,
        ...['get', 'post', 'put', 'delete'].map((method) => `${method} ${webhookPaths.registration}`),
        `get ${webhookPaths.events}`,
        `post ${webhookPaths.validationEvents}`,
        `get ${webhookPaths.validationEvent.replace(':correlationId', '{correlationId}')}`,
        `get ${webhookPaths.deliveries}`,
        'get /healthz',
        'get /readyz',
        `get ${sandboxPaths.clock}`,
        `post ${sandboxPaths.clock}`,
        `get ${sandboxPaths.faults}`,
        `put ${sandboxPaths.faults}`,
        `delete ${sandboxPaths.faults}`,
        `post ${sandboxPaths.customers}`,
        `post ${sandboxPaths.reset}`,
      ].sort(),
    );
  });

  it('says of every route that has a caller that it needs a bearer token, and of no other', async () => {
    const { paths: described, components } = await document();
    for (const [path, methods] of Object.entries(described)) {
      for (const operation of Object.values(methods as Record<string, { security?: unknown }>)) {
        const hasCaller = /^\/(v1|vetting\/v1|webhooks\/v1)\//.test(path) || path === sandboxPaths.customers;
        expect(operation.security, path).toEqual(hasCaller ? [{ bearer: [] }] : undefined);
      }
    }
    expect(components.securitySchemes.bearer.scheme).toBe('bearer');
  });

  it('gives every operation a summary, and every answer a description', async () => {
    for (const methods of Object.values((await document()).paths)) {
      for (const { summary, responses } of Object.values(methods as Record<string, Operation>)) {
        expect(summary).toMatch(/^[A-Z]/);
        for (const { description } of Object.values(responses)) expect(description).not.toBe('');
      }
    }
  });

  it('names the statuses that a request for a qualification can end with', async () => {
    const { post } = (await document()).paths[paths.qualifications.replace(':customerId', '{customerId}')];
    expect(Object.keys(post.responses).sort()).toEqual(
      ['201', '400', '401', '403', '404', '406', '409', '413', '415', '500', '503'].sort(),
    );
  });

  it('can be read without a token', async () => {
    expect((await call(`${sandbox.url}/openapi.json`)).status).toBe(200);
  });
});

describe('/docs', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it('is a page', async () => {
    const { status, headers, text } = await call(`${sandbox.url}/docs`);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<!DOCTYPE html>');
  });

  it('loads nothing from elsewhere', async () => {
    const { text, headers } = await call(`${sandbox.url}/docs`);
    const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = '']) => source);
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(source).toMatch(/^(\.|\/|data:)/);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    for (const source of sources.filter((name) => name.startsWith('.') || name.startsWith('/'))) {
      expect((await call(new URL(source, `${sandbox.url}/docs`).href)).status, source).toBe(200);
    }
  });
});

describe('below /docs', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it.each([
    '/docs/static/%2e%2e',
    '/docs/static/..%5cx',
    '/docs/static/%2e%2e%2findex.js',
    '/docs/static/%00',
    '/docs/static/nope',
    '/docs/nope',
  ])('%s is not there', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await send(sandbox.url, path, { method });
      if (method === 'GET') expectFault(answer, 404, '1000');
      else expect(answer.status).toBe(404);
    }
  });

  it.each([
    ['a range behind its end', { range: 'bytes=99999999-' }],
    ['another version of it', { 'if-match': '"x"' }],
    ['it as it was in 1970', { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
  ])('a file is not there for someone who wants %s', async (_, headers) => {
    const path = '/docs/static/swagger-ui.css';
    expect((await send(sandbox.url, path)).status).toBe(200);
    expectFault(await send(sandbox.url, path, { headers }), 404, '1000');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL', 'REPORT'])(
    '%s is refused as a method or as a path, whatever it brings',
    async (method) => {
      for (const path of ['/docs', '/docs/', '/docs/json', '/docs/static/index.html', '/docs/static/nope', '/docs/x']) {
        const answer = await send(sandbox.url, path, { method });
        const [status, code] = answer.status === 405 ? [405, 'MethodNotAllowed'] : [404, '1000'];
        expectFault(answer, status, code);
        const headers = { 'content-type': 'application/json' };
        const hostile = await send(sandbox.url, path, { method, headers, body: '{' });
        expect([400, 404, 405], hostile.text).toContain(hostile.status);
        expectFaultShape(hostile);
      }
    },
  );
});

interface Operation {
  readonly summary: string;
  readonly responses: Record<string, { readonly description: string }>;
}
