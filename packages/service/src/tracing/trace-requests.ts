import {
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { idsOf } from '../http/correlation.js';
import type { ServiceInstance } from '../http/instance.js';

/**
 * A span a request, within the caller's trace where it sent one. The path stays out, although the conventions ask for it:
 * it may name a validation code. The route stands for it.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function traceRequests(app: ServiceInstance, tracer: Tracer): void {
  app.decorateRequest('traceContext', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    const caller = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = tracer.startSpan(nameOf(request), { kind: SpanKind.SERVER }, caller);
    const traceContext = trace.setSpan(caller, span);
    request.traceContext = traceContext;
    reply.raw.on('close', () => end(span, request, reply));
    context.with(traceContext, done);
  });
  // A body is read by events of its connection, which belong to no trace.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.traceContext === undefined) done();
    else context.with(request.traceContext, done);
  });
}

function nameOf({ method, routeOptions }: FastifyRequest): string {
  return routeOptions.url === undefined ? method : `${method} ${routeOptions.url}`;
}

function end(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  const { headersSent, statusCode } = reply.raw;
  const { correlationId, requestId } = idsOf(request, reply);
  span.setAttributes({
    'http.request.method': request.method,
    'url.scheme': request.protocol,
    'network.protocol.version': request.raw.httpVersion,
    'vetted.correlation_id': correlationId,
    'vetted.request_id': String(requestId),
    ...(request.routeOptions.url !== undefined && { 'http.route': request.routeOptions.url }),
    ...(headersSent && { 'http.response.status_code': statusCode }),
    ...(request.fault !== undefined && { 'vetted.fault': request.fault }),
  });
  if (!headersSent || statusCode >= 500) {
    span.setAttribute('error.type', headersSent ? String(statusCode) : 'aborted');
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
