import fc from 'fast-check';
import { type Body, bodyOf } from './bodies.js';
import { type CallerName, callerNames, rightfulCaller } from './callers.js';
import type { Operation, Parameter } from './description.js';
import { hostileText, memberFor, valueFor } from './values.js';

/** A request before it has its token. */
export interface GeneratedRequest {
  readonly caller: CallerName;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
}

/** Values for the parameters of paths: those that exist, by the parameter's name. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Requests of one operation: mostly what it takes, now and then what it does not. */
export function requestOf(operation: Operation, known: Known): fc.Arbitrary<GeneratedRequest> {
  const { method, path } = operation;
  const named = operation.parameters.filter(({ in: where }) => where === 'path');
  return fc
    .record({
      caller: fc.oneof(
        { weight: 5, arbitrary: fc.constant(rightfulCaller(path)) },
        { weight: 2, arbitrary: fc.constantFrom(...callerNames) },
      ),
      values: fc.tuple(...named.map((parameter) => pathValue(parameter, known))),
      query: queryOf(operation),
      headers: headersOf(operation),
      body: bodyOf(operation),
    })
    .map(({ caller, values, query, headers, body }) => ({
      caller,
      method,
      path: filled(path, named, values) + query,
      headers,
      body,
    }));
}

function filled(path: string, parameters: readonly Parameter[], values: readonly string[]): string {
  return parameters.reduce((left, { name }, index) => left.replace(`{${name}}`, () => values[index] ?? ''), path);
}

function pathValue({ name, schema }: Parameter, known: Known): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...(known[name] ?? ['x'])) },
    { weight: 2, arbitrary: valueFor(schema).map((value) => encoded(String(value))) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: hostileText.map(encoded) },
  );
}

/** Percent-encoded as UTF-8; what has no UTF-8 becomes a replacement character. An empty segment would be another route's. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()) || '%20';
}

function queryOf({ parameters }: Operation): fc.Arbitrary<string> {
  const pairs = parameters
    .filter(({ in: where }) => where === 'query')
    .map(({ name, schema }) =>
      fc
        .tuple(
          fc.constant(name),
          fc.oneof({ weight: 4, arbitrary: memberFor(name, schema) }, { weight: 1, arbitrary: hostileText }),
        )
        .map(([key, value]) => [key, String(value)] as const),
    );
  const unknown = fc.tuple(hostileText, hostileText);
  const some = pairs.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...pairs), { maxLength: 3 });
  return fc
    .tuple(
      some,
      fc.oneof({ weight: 15, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: unknown.map((pair) => [pair]) }),
    )
    .map(([described, others]) => {
      const text = [...described, ...others].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
      return text === '' ? '' : `?${text}`;
    });
}

/** Few, so that they come again. */
const requestIds = Array.from({ length: 8 }, (_, index) => `7d0c5b7e-3a51-4f2e-9c44-0a1b2c3d4e0${index}`);

function headersOf({ parameters }: Operation): fc.Arbitrary<Record<string, string>> {
  const described = parameters.filter(({ in: where }) => where === 'header');
  const values = {
    ...Object.fromEntries(
      described.map(({ name, schema }) => [name, fc.oneof(valueFor(schema).map(String), hostileText).map(printable)]),
    ),
    accept: fc.constantFrom('application/json', '*/*', 'text/html', 'application/x-ndjson', 'text/event-stream', ';;,'),
    'content-encoding': fc.constantFrom('identity', 'gzip', 'x'),
    'if-none-match': fc.oneof(fc.constantFrom('*', '""', 'W/"x"'), hostileText.map(printable)),
    'ms-requestid': fc.oneof(fc.constantFrom(...requestIds), hostileText.map(printable)),
    'ms-correlationid': fc.oneof(fc.uuid(), hostileText.map(printable)),
    validatemfa: fc.constantFrom('true', 'false', ''),
    'x-locale': hostileText.map(printable),
  };
  const pairs = Object.entries(values).map(([name, value]) => fc.tuple(fc.constant(name), value));
  const some = fc.array(fc.oneof(...pairs), { maxLength: 3 }).map(Object.fromEntries<string>);
  return fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: some });
}

/** What a header may carry at all. */
function printable(text: string): string {
  return text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?').trim();
}
