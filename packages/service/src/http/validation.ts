import { Ajv } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';

const options = { allErrors: true, strict: false } as const;

/**
 * Compiles the contract's schemas. Nothing is stripped, filled in or coerced, but for a query's numbers, which travel as
 * text.
 */
export function schemaCompiler(): FastifySchemaCompiler<object> {
  const exact = new Ajv(options);
  const fromText = new Ajv({ ...options, coerceTypes: true });
  return ({ schema, httpPart }) => (httpPart === 'querystring' ? fromText : exact).compile(schema);
}
