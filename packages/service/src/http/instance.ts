import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Context } from '@opentelemetry/api';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import { Type } from 'typebox';
import type { Caller } from '../domain/caller.js';

/** The Fastify instance as the routes see it: schemas give the types. */
export type ServiceInstance = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** The query of a route that takes none: what is unknown fails loudly. */
export const noQuery = Type.Object({}, { additionalProperties: false });

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by identity, so on the routes below /v1 only. */
    caller: Caller;
    correlationId: string;
    /** The MS-RequestId that the caller chose; undefined if the service made one. */
    requestId: string | undefined;
    /** The trace that it is a part of; undefined where nothing is traced. */
    traceContext: Context | undefined;
    /** The name of the fault that it was answered with; undefined where it was not. */
    fault: string | undefined;
  }
}
