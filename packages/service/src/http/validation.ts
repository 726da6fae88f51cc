import { Ajv } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';

/** Compiles the contract's schemas. Nothing is stripped, filled in or coerced. */
export function schemaCompiler(): FastifySchemaCompiler<object> {
  const ajv = new Ajv({ allErrors: true, strict: false });
  return ({ schema }) => ajv.compile(schema);
}
