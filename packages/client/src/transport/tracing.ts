import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import {
  createTracingClient,
  type TracingClient,
  type TracingSpan,
  type TracingSpanOptions,
} from '@azure/core-tracing';
import { headers } from '@vetted/contract';
import type { OperationOptions } from '../options.js';
import { VERSION } from '../version.js';
import { shownFailure, shownUrl } from './shown.js';

/** What a span tells of the tries of its call. */
interface Tries {
  sent: number;
  answer: PipelineResponse | undefined;
}

/**
 * A span for each call, by `@azure/core-tracing`: what it records goes to OpenTelemetry where a program has registered
 * `@azure/opentelemetry-instrumentation-azure-sdk`, else nowhere. Its attributes are those of OpenTelemetry's conventions
 * for HTTP; the service's own texts, which may be personal, are not among them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export class Tracing {
  readonly #client: TracingClient = createTracingClient({
    namespace: 'Microsoft.PartnerCenter',
    packageName: '@vetted/client',
    packageVersion: VERSION,
  });
  /** What every span tells from its beginning, made once; the rest is put together only for a span that records. */
  readonly #spanOptions: TracingSpanOptions;
  readonly #tries = new WeakMap<PipelineRequest, Tries>();

  constructor(baseUrl: string) {
    const { hostname, port, protocol } = new URL(baseUrl);
    const defaultPort = protocol === 'https:' ? 443 : 80;
    this.#spanOptions = {
      spanKind: 'client',
      spanAttributes: { 'server.address': hostname, 'server.port': port === '' ? defaultPort : Number(port) },
    };
  }

  /** Does the work of a call under a span named by its operation. */
  run<T>(operation: string, options: OperationOptions, request: PipelineRequest, work: () => Promise<T>): Promise<T> {
    const { tracingOptions } = options;
    const ours = tracingOptions === undefined ? undefined : { tracingOptions };
    const { span, updatedOptions } = this.#client.startSpan(operation, ours, this.#spanOptions);
    const { tracingContext } = updatedOptions.tracingOptions;
    const sentOn = Object.entries(this.#client.createRequestHeaders(tracingContext));
    for (const [name, value] of sentOn) request.headers.set(name, value);
    if (span.isRecording()) return this.#record(span, request, () => this.#client.withContext(tracingContext, work));
    span.end();
    // A trace that is not recorded here may go on in the service.
    return sentOn.length === 0 ? work() : this.#client.withContext(tracingContext, work);
  }

  /** Stands within the retries and sees every try. */
  policy(): PipelinePolicy {
    return {
      name: 'tracingPolicy',
      sendRequest: (request, next) => {
        const tries = this.#tries.get(request);
        if (tries === undefined) return next(request);
        tries.sent += 1;
        tries.answer = undefined;
        return next(request).then((answer) => {
          tries.answer = answer;
          return answer;
        });
      },
    };
  }

  async #record<T>(span: TracingSpan, request: PipelineRequest, work: () => Promise<T>): Promise<T> {
    const tries: Tries = { sent: 0, answer: undefined };
    this.#tries.set(request, tries);
    span.setAttribute('http.request.method', request.method);
    span.setAttribute('url.full', shownUrl(request.url));
    try {
      const result = await work();
      span.setStatus({ status: 'success' });
      return result;
    } catch (error) {
      const { type, text } = shownFailure(error);
      span.setAttribute('error.type', type);
      span.setStatus({ status: 'error', error: text });
      throw error;
    } finally {
      describe(span, request, tries);
      span.end();
    }
  }
}

function describe(span: TracingSpan, request: PipelineRequest, { sent, answer }: Tries): void {
  for (const name of [headers.requestId, headers.correlationId]) {
    span.setAttribute(`http.request.header.${name.toLowerCase()}`, listOf(request.headers.get(name)));
    span.setAttribute(`http.response.header.${name.toLowerCase()}`, listOf(answer?.headers.get(name)));
  }
  span.setAttribute('http.response.status_code', answer?.status);
  if (sent > 1) span.setAttribute('http.request.resend_count', sent - 1);
}

/** Header values are lists in OpenTelemetry's conventions; undefined is not recorded. */
function listOf(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : [value];
}
