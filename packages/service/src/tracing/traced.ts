import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { Refusal } from '../domain/refusal.js';

export interface Traced {
  readonly name: string;
  readonly attributes: Attributes;
}

/** Does work that asks somebody else, within a span of its own, whether or not it is waited for. */
export function traced<Result>(tracer: Tracer, { name, attributes }: Traced, work: (span: Span) => Result): Result {
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, (span) => {
    try {
      const result = work(span);
      if (result instanceof Promise) return endWith(span, result) as Result;
      span.end();
      return result;
    } catch (error) {
      mark(span, error);
      span.end();
      throw error;
    }
  });
}

async function endWith<Result>(span: Span, result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    mark(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** A refusal is an answer like any other. Of an error its type is told; its message may hold a name. */
function mark(span: Span, error: unknown): void {
  if (error instanceof Refusal) return;
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
