import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxDescription } from '@vetted/service';
import { call, examples, type ServiceProcess, startServiceProcess, unqualified } from '@vetted/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCollector } from './collector.js';

const route = '/v1/customers/:customerId/qualifications';

/** A sandbox as a process, with a line of the log a request. */
async function startProcess(env: Readonly<Record<string, string>>) {
  const home = await mkdtemp(join(tmpdir(), 'vetted-observed-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const args = ['--sandbox', '--home', home, '--log-level', 'info'];
  const service = await startServiceProcess({ args, env });
  onTestFinished(async () => {
    await service.stop('SIGINT');
  });
  const description = JSON.parse(await readFile(join(home, 'sandbox.json'), 'utf8'));
  return { service, token: await tokenOf(description) };
}

async function tokenOf({ baseUrl, tenantId, clientId, clientSecret, users }: SandboxDescription): Promise<string> {
  const { refreshToken } = users.agent;
  const form = {
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  };
  const { body } = await call(`${baseUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, scope: 'https://api.partnercenter.microsoft.com/.default' }),
  });
  return body.access_token;
}

function linesOf(service: ServiceProcess): Record<string, unknown>[] {
  return service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

describe('a process that traces', () => {
  it('sends a span a request, of the trace of the caller, with the spans of the store in it', async () => {
    const collector = await startCollector();
    const { service, token } = await startProcess({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'vetted-east',
    });
    const [traceId, callerSpan, correlationId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', randomUUID()];
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'ms-correlationid': correlationId,
      traceparent: `00-${traceId}-${callerSpan}-01`,
    };
    const path = `/v1/customers/${unqualified.litware}/qualifications`;
    await call(`${service.url}${path}`, { headers });
    const body = JSON.stringify({ qualification: 'StateOwnedEntity' });
    expect((await call(`${service.url}${path}`, { method: 'POST', headers, body })).status).toBe(201);
    await service.stop('SIGINT');

    expect(collector.resources()[0]).toMatchObject({ 'service.name': 'vetted-east' });
    const spans = collector.spans().filter((span) => span.traceId === traceId);
    const [get, post] = ['GET', 'POST'].map((method) => spans.find(({ name }) => name === `${method} ${route}`));
    expect(get).toMatchObject({ parentSpanId: callerSpan });
    expect(post?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': route,
      'http.response.status_code': 201,
      'vetted.correlation_id': correlationId,
    });
    const within = (parent: typeof get) => spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);
    expect(within(get)[0]?.attributes).toMatchObject({ 'db.system.name': 'sqlite' });
    expect(within(post).map(({ name }) => name)).toContain('transaction');
    expect(JSON.stringify(collector.spans())).not.toContain(unqualified.litware);
  });

  it('speaks protobuf where nothing else is said', async () => {
    const collector = await startCollector();
    const { service } = await startProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await call(`${service.url}/healthz`);
    await service.stop('SIGINT');
    expect(collector.received[0]?.type).toBe('application/x-protobuf');
    expect(collector.received[0]?.body.includes('GET /healthz')).toBe(true);
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER: "zipkin" is not one of otlp, none.'],
    [
      { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" is not',
    ],
  ])('does not start where the variables ask for what is not there: %j', async (env, message) => {
    await expect(startProcess(env)).rejects.toThrow(message);
  });

  it('sends nothing where it is switched off', async () => {
    const collector = await startCollector();
    const { service } = await startProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SDK_DISABLED: 'true' });
    await call(`${service.url}/healthz`);
    await service.stop('SIGINT');
    expect(collector.received).toEqual([]);
  });
});

describe('a line of the log about a request', () => {
  it('has the two ids that were answered, whether the caller chose them or not', async () => {
    const { service, token } = await startProcess({});
    const [{ customerId }] = examples;
    const chosen = { 'ms-correlationid': randomUUID(), 'ms-requestid': randomUUID() };
    const url = `${service.url}/v1/customers/${customerId}/qualifications`;
    const given = await call(url, { headers: { authorization: `Bearer ${token}`, ...chosen } });
    const made = await call(`${service.url}/v1/customers`);
    await service.stop('SIGINT');
    expect(linesOf(service)).toContainEqual(expect.objectContaining({ status: 401, fault: 'AuthorizationMissing' }));
    for (const { headers, status } of [given, made]) {
      expect(linesOf(service)).toContainEqual(
        expect.objectContaining({
          msg: 'request',
          status,
          correlationId: headers.get('ms-correlationid'),
          requestId: headers.get('ms-requestid'),
        }),
      );
    }
  });
});
