import { context, SpanKind, SpanStatusCode, type TraceFlags, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OperationOptions, PartnerCenterClient, type PartnerCenterClientOptions } from '../src/index.js';
import { CUSTOMER_ID, clientOf, FixedCredential } from './fixture.js';
import { type RecordedSpans, recordSpans } from './open-telemetry.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';
import { until } from './timers.js';

let server: ScriptedServer;
let spans: RecordedSpans;
beforeAll(async () => {
  spans = recordSpans();
  server = await startScriptedServer();
});
beforeEach(() => spans.clear());
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await spans[Symbol.asyncDispose]();
});

const requestId = '037db222-6d8e-4d7f-ba78-df3dca33fb68';
const correlationId = '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745';
const get = (options: OperationOptions = {}, clientOptions: PartnerCenterClientOptions = {}) =>
  clientOf(server, clientOptions).customers.byId(CUSTOMER_ID).qualification.getQualifications(options);

/** The one span that has ended. */
function only(): ReadableSpan {
  const [span, ...others] = spans.ended();
  if (span === undefined || others.length > 0) throw new Error(`There are ${spans.ended().length} spans, not one.`);
  return span;
}

const failed = (call: Promise<unknown>) => expect(call).rejects.toThrow();

describe('a call', () => {
  it('is a span by the conventions for HTTP, named by its operation, with the ids', async () => {
    server.play(json([], 200, { 'MS-RequestId': requestId, 'MS-CorrelationId': 'c-answered' }));
    await get({ requestId, correlationId });
    const span = only();
    expect(span).toMatchObject({ name: 'QualificationOperations.getQualifications', kind: SpanKind.CLIENT });
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.attributes).toEqual({
      'az.namespace': 'Microsoft.PartnerCenter',
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.request.header.ms-requestid': [requestId],
      'http.request.header.ms-correlationid': [correlationId],
      'http.response.header.ms-requestid': [requestId],
      'http.response.header.ms-correlationid': ['c-answered'],
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(server.url).port),
      'url.full': `${server.url}/v1/customers/${CUSTOMER_ID}/qualifications`,
    });
    expect(span.instrumentationScope.name).toBe('@vetted/client');
  });

  it('is a child of the active span', async () => {
    server.play(json([]));
    const parent = trace.getTracer('test').startSpan('order');
    await context.with(trace.setSpan(context.active(), parent), () => get());
    expect(only().parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(only().spanContext().traceId).toBe(parent.spanContext().traceId);
  });

  it('is a child of the span that it is given, rather than of the active one', async () => {
    server.play(json([]));
    const [active, given] = ['active', 'given'].map((name) => trace.getTracer('test').startSpan(name, { root: true }));
    if (active === undefined || given === undefined) throw new Error('There is no span.');
    const tracingContext = trace.setSpan(context.active(), given);
    await context.with(trace.setSpan(context.active(), active), () => get({ tracingOptions: { tracingContext } }));
    expect(only().parentSpanContext?.spanId).toBe(given.spanContext().spanId);
  });

  it('is the parent of what happens within it', async () => {
    const { createHttpHeaders } = await import('@azure/core-rest-pipeline');
    const client = new PartnerCenterClient(new FixedCredential(), {
      httpClient: {
        async sendRequest(request) {
          trace.getTracer('test').startSpan('connection').end();
          return { request, status: 200, headers: createHttpHeaders(), bodyAsText: '[]' };
        },
      },
    });
    await client.validations.getValidationCodes();
    const [connection, call] = spans.ended();
    expect(call).toMatchObject({ name: 'ValidationsOperations.getValidationCodes' });
    expect(call?.attributes).toMatchObject({ 'server.address': 'api.partnercenter.microsoft.com', 'server.port': 443 });
    expect(connection?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
  });

  it('sends its trace on with every try, and counts those after the first', async () => {
    server.play({ status: 503 }, { fault: 'cut' }, json([]));
    await get();
    const { traceId, spanId } = only().spanContext();
    expect(server.received.map(({ headers }) => headers.traceparent)).toEqual(
      Array(3).fill(`00-${traceId}-${spanId}-01`),
    );
    expect(only().attributes).toMatchObject({ 'http.request.resend_count': 2, 'http.response.status_code': 200 });
  });

  it('sends a trace on that is not recorded', async () => {
    server.play(json([]));
    const unsampled = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 0 as TraceFlags,
    };
    await get({ tracingOptions: { tracingContext: trace.setSpanContext(context.active(), unsampled) } });
    expect(spans.ended()).toHaveLength(0);
    expect(server.received[0]?.headers.traceparent).toMatch(new RegExp(`^00-${unsampled.traceId}-[0-9a-f]{16}-00$`));
  });

  it('shows nothing of what is searched for', async () => {
    server.play(json({ items: [] }));
    await clientOf(server)
      .customers.list({ filter: { field: 'Domain', startsWith: 'fab' }, pageSize: 5 })
      .next();
    expect(only().attributes['url.full']).toBe(`${server.url}/v1/customers?size=5&filter=REDACTED`);
  });
});

it('gives each page of a listing a span of its own', async () => {
  const links = { next: { uri: '/customers?page=2', method: 'GET' } };
  server.play(json({ items: [{ id: '1' }], links }), json({ items: [{ id: '2' }] }));
  for await (const _customer of clientOf(server).customers.list());
  expect(spans.ended().map(({ name }) => name)).toEqual(['CustomersOperations.list', 'CustomersOperations.list']);
});

describe('a call that fails is a span with an error', () => {
  const error = (message: string) => ({ code: SpanStatusCode.ERROR, message });
  const retryOptions = { maxRetries: 0 };

  it("where it is refused, with the status and the service's code, and without its text", async () => {
    server.play(json({ code: 900308, description: 'Jo@fabrikam.edu may not.' }, 403));
    await failed(get());
    expect(only().status).toEqual(error('403 (900308)'));
    expect(only().attributes).toMatchObject({ 'error.type': '403', 'http.response.status_code': 403 });
    expect(only().events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': '403 (900308)' } }]);
  });

  it('where the service gives no code', async () => {
    server.play({ status: 404 });
    await failed(get());
    expect(only().status).toEqual(error('404'));
  });

  it('where the answer cannot be read', async () => {
    server.play({ body: '<html>' });
    await failed(get());
    expect(only().status).toEqual(error('200 (InvalidResponse)'));
    expect(only().attributes).toMatchObject({ 'error.type': 'InvalidResponse', 'http.response.status_code': 200 });
  });

  it('where no answer comes', async () => {
    server.play({ fault: 'cut' });
    await failed(get({}, { retryOptions }));
    expect(only().status).toEqual(error('ECONNRESET'));
    expect(only().attributes['error.type']).toBe('ECONNRESET');
    expect(only().attributes).not.toHaveProperty(['http.response.status_code']);
  });

  it('where it is aborted', async () => {
    server.play({ fault: 'silence' });
    const controller = new AbortController();
    const aborted = expect(get({ abortSignal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => server.received.length === 1);
    controller.abort();
    await aborted;
    expect(only().status).toEqual(error('AbortError'));
  });

  it('where there is no token, with the name of the error and not its text', async () => {
    const credential = { getToken: () => Promise.reject(new TypeError('The secret is 42.')) };
    await failed(new PartnerCenterClient(credential, { baseUrl: server.url }).validations.getValidationCodes());
    expect(only().status).toEqual(error('TypeError'));
    expect(only().attributes).not.toHaveProperty(['http.request.resend_count']);
  });
});
