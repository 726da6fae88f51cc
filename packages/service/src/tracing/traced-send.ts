import { context, ROOT_CONTEXT, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { SendWebhook } from '../webhooks/send.js';
import { traced } from './traced.js';

/**
 * Sends as before, each attempt a trace of its own: the request whose outcome it tells has ended, maybe in another
 * process, and is found by its correlation id. Receivers are strangers and get no `traceparent`, nor is the URL told.
 */
export function tracedSend(send: SendWebhook, tracer: Tracer): SendWebhook {
  return (webhook, options) => {
    const attributes = {
      'http.request.method': 'POST',
      'server.address': new URL(webhook.url).hostname,
      'vetted.delivery_id': webhook.id,
      ...(webhook.correlationId !== undefined && { 'vetted.correlation_id': webhook.correlationId }),
    };
    return context.with(ROOT_CONTEXT, () =>
      traced(tracer, { name: 'send webhook', attributes }, async (span) => {
        const result = await send(webhook, options);
        if (result.responseCode !== undefined) span.setAttribute('http.response.status_code', result.responseCode);
        if (result.outcome === 'failed') {
          span.setAttribute('error.type', String(result.responseCode ?? 'no answer'));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        return result;
      }),
    );
  };
}
