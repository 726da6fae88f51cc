import { createRequire } from 'node:module';
import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';

type CompilersFactory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

const require = createRequire(import.meta.url);

/**
 * Compile the contract's schemas when a route first needs them, and load their compilers then: a start that compiled
 * every route's would take half as long again. Nothing is stripped, filled in or coerced.
 */
export function schemaCompilers(): CompilersFactory {
  const validators = lazyValidators();
  // Fastify describes the factories of its own two compilers only; it calls any others alike.
  return { buildValidator: () => validators, buildSerializer: () => lazySerializer } as unknown as CompilersFactory;
}

function lazyValidators(): FastifySchemaCompiler<object> {
  const openAjv = once(() => {
    const { Ajv }: typeof import('ajv') = require('ajv');
    return new Ajv({ allErrors: true, strict: false });
  });
  return ({ schema }) => {
    const compiled = once(() => openAjv().compile(schema));
    return (data: unknown) => {
      const validate = compiled();
      return validate(data) || { error: validate.errors ?? [] };
    };
  };
}

const lazySerializer: FastifySerializerCompiler<object> = ({ schema }) => {
  const compiled = once(() => {
    const { build }: typeof import('fast-json-stringify') = require('fast-json-stringify');
    return build(schema);
  });
  return (data: unknown) => compiled()(data as object);
};

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}
