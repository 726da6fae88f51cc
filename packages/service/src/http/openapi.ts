import { FaultBody, type FaultName, faults } from '@vetted/contract';
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { onFirstUse, serveOnFirstUse } from './on-first-use.js';

const everywhere: readonly FaultName[] = [
  'AuthorizationMissing',
  'TokenInvalid',
  'AudienceInvalid',
  'MfaRequired',
  'RoleMissing',
  'NotAcceptable',
  'UnsupportedMediaType',
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

const bearer = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'A Microsoft Entra ID access token.',
} as const;

/** The responses of a route's schema for these faults, and for those that every route has. */
export function describedFaults(names: readonly FaultName[]): Record<`${4 | 5}${number}`, typeof FaultBody> {
  const descriptions = new Map<number, string[]>();
  for (const name of new Set([...names, ...everywhere])) {
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
export function describeRoutes(app: FastifyInstance, version: string): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && !route.schema?.hide) routes.push(route);
  });
  const description = onFirstUse(() => openDescription(routes, version));
  app.get('/openapi.json', { schema: { hide: true } }, async () => (await description()).swagger());
  serveOnFirstUse(app, ['/docs', '/docs/*'], description);
}

/** An app with the same routes, and nothing behind them, that describes them. */
async function openDescription(routes: readonly RouteOptions[], version: string): Promise<FastifyInstance> {
  const [{ default: fastifySwagger }, { default: fastifySwaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const app = fastify({ exposeHeadRoutes: false });
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
      components: { securitySchemes: { bearer } },
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
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => String);
  for (const { method, url, schema } of routes) {
    app.route({ method, url, ...(schema && { schema }), handler: (_request, reply) => reply.callNotFound() });
  }
  await app.ready();
  return app;
}
