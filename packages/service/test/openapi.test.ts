import { Validator } from '@seriousme/openapi-schema-validator';
import { paths } from '@vetted/contract';
import { call, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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

  it('lists the routes that speak Partner Center, and those of health, and no other', async () => {
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
        'get /healthz',
        'get /readyz',
      ].sort(),
    );
  });

  it('says of every route below /v1 that it needs a bearer token, and of no other', async () => {
    const { paths: described, components } = await document();
    for (const [path, methods] of Object.entries(described)) {
      for (const operation of Object.values(methods as Record<string, { security?: unknown }>)) {
        expect(operation.security, path).toEqual(path.startsWith('/v1/') ? [{ bearer: [] }] : undefined);
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

interface Operation {
  readonly summary: string;
  readonly responses: Record<string, { readonly description: string }>;
}
