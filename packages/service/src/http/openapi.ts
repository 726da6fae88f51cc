import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { FaultBody, type FaultName, faults } from '@vetted/contract';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';

const everywhere: readonly FaultName[] = [
  'AuthorizationMissing',
  'TokenInvalid',
  'AudienceInvalid',
  'MfaRequired',
  'RoleMissing',
  'NotAcceptable',
  'Unforeseen',
  'ServiceUnavailable',
];

/** The paths that only a bearer token opens. */
const needsCaller = /^\/(?:vetting\/|webhooks\/)?v1\//;

/** For the pages of /docs, which bring all they need; they are served over http, too. */
const contentSecurityPolicy = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'base-uri': ["'none'"],
  'object-src': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** The responses of a route's schema for these faults, and for those that every route has. */
export function describedFaults(names: readonly FaultName[]): Record<`${4 | 5}${number}`, typeof FaultBody> {
  const descriptions = new Map<number, string[]>();
  for (const name of [...names, ...everywhere]) {
    const { status, code, description } = faults[name];
    descriptions.set(status, [...(descriptions.get(status) ?? []), `${code}: ${description}`]);
  }
  return Object.fromEntries(
    [...descriptions].map(([status, texts]) => [
      status,
      Type.Object(FaultBody.properties, { description: texts.join('\n\n') }),
    ]),
  );
}

/** Describes the routes that follow: `/openapi.json` for programs, `/docs` for people. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Vetted',
        version,
        description:
          "Partner Center's customer qualifications, and the vetting behind them. Every answer carries MS-CorrelationId " +
          'and MS-RequestId; a request may bring both, each a GUID. A POST that changes anything and is repeated with the ' +
          'same MS-RequestId gets the first answer again. A preflight changes nothing, and an import is safe to repeat.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A Microsoft Entra ID access token.',
          },
        },
      },
    },
    transform: ({ schema, url }) => ({
      schema: needsCaller.test(url) ? { ...schema, security: [{ bearer: [] }] } : schema,
      url,
    }),
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentSecurityPolicy,
    theme: { title: 'Vetted: the API' },
    uiConfig: { layout: 'BaseLayout', displayRequestDuration: true },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
