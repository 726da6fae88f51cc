import type {} from '@fastify/swagger';
import { faults, GUID_PATTERN } from '@vetted/contract';
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { JWK } from 'jose';
import { Refusal } from '../domain/refusal.js';
import { idsOf } from '../http/correlation.js';
import { loopbackOrigin, readTenant, type Version } from './addresses.js';
import { authorize, type BrowserAnswer, logout } from './authorize.js';
import type { AuthorizationCodes } from './codes.js';
import { discoveryDocument } from './discovery.js';
import type { Grants } from './grants.js';
import { OAuthError, type OAuthErrorCode, type Parameters, readParameters } from './oauth.js';
import { contentSecurityPolicy } from './pages.js';

export interface AuthorityOptions {
  readonly grants: Grants;
  readonly codes: AuthorizationCodes;
  readonly publicKey: JWK;
}

interface TenantRoute {
  Params: { tenant: string };
}
interface TokenRoute extends TenantRoute {
  Body: Parameters | undefined;
}

/** A tenant id, or a name that stands for the user's own; anything else is another route's, or nobody's. */
const TENANT = `:tenant(^(?:common|organizations|${GUID_PATTERN.slice(1, -1)})$)`;
const FORM_LIMIT_IN_BYTES = 64 * 1024;

/** Kept out of the API's description: the authority stands in for Entra ID, which Microsoft documents. */
const schema = { hide: true };

/**
 * The authority's routes, at the paths of Entra ID. What they answer, errors included, has the form of OAuth and not of
 * Partner Center, so everything here stays inside the plugin.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols
 */
export function authorityRoutes({ grants, codes, publicKey }: AuthorityOptions): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: FORM_LIMIT_IN_BYTES },
      async (_request: FastifyRequest, body: string) => readParameters(body),
    );
    app.setErrorHandler(answerError);
    app.addHook('onRequest', async (request, reply) => {
      // Also of the keys: another data folder on the same port has others.
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache', 'x-content-type-options': 'nosniff' });
      originOf(request);
    });

    const discovery = (version: Version) => async (request: FastifyRequest<TenantRoute>) =>
      discoveryDocument(originOf(request), readTenant(request.params.tenant), version);
    const keys = async (request: FastifyRequest<TenantRoute>) => {
      readTenant(request.params.tenant);
      return { keys: [publicKey] };
    };
    const token = (version: Version) => async (request: FastifyRequest<TokenRoute>) =>
      grants.exchange({
        origin: originOf(request),
        tenant: readTenant(request.params.tenant),
        version,
        authorization: request.headers.authorization,
        form: request.body ?? readParameters(''),
      });

    app.get<TenantRoute>(`/${TENANT}/v2.0/.well-known/openid-configuration`, { schema }, discovery('v2'));
    app.get<TenantRoute>(`/${TENANT}/.well-known/openid-configuration`, { schema }, discovery('v1'));
    app.get<TenantRoute>(`/${TENANT}/discovery/v2.0/keys`, { schema }, keys);
    app.get<TenantRoute>(`/${TENANT}/discovery/keys`, { schema }, keys);
    app.post<TokenRoute>(`/${TENANT}/oauth2/v2.0/token`, { schema }, token('v2'));
    app.post<TokenRoute>(`/${TENANT}/oauth2/token`, { schema }, token('v1'));
    app.get<TenantRoute>(`/${TENANT}/oauth2/v2.0/authorize`, { schema }, async (request, reply) =>
      toBrowser(reply, authorize(readTenant(request.params.tenant), queryOf(request), codes)),
    );
    app.get<TenantRoute>(`/${TENANT}/oauth2/v2.0/logout`, { schema }, async (request, reply) => {
      readTenant(request.params.tenant);
      return toBrowser(reply, logout(queryOf(request)));
    });
  };
}

/**
 * The origin at which the authority was asked, which its issuer and its endpoints then have. Only this machine's names
 * count: a page elsewhere whose name was made to point here must not get tokens (DNS rebinding).
 */
function originOf(request: FastifyRequest): string {
  const origin = loopbackOrigin(request.protocol, request.headers.host ?? '');
  if (origin === undefined) {
    throw new OAuthError(
      'invalid_request',
      'The Host header must be 127.0.0.1, localhost or [::1], with or without a port.',
    );
  }
  return origin;
}

/** Read here and not by Fastify, so that a parameter sent twice is seen the same way in a query and in a form. */
function queryOf(request: FastifyRequest): Parameters {
  const [, query = ''] = /\?(.*)$/s.exec(request.raw.url ?? '') ?? [];
  return readParameters(query);
}

function toBrowser(reply: FastifyReply, answer: BrowserAnswer): FastifyReply {
  reply.headers({ 'referrer-policy': 'no-referrer', 'content-security-policy': contentSecurityPolicy });
  return 'location' in answer
    ? reply.redirect(answer.location)
    : reply.type('text/html; charset=utf-8').send(answer.html);
}

/** RFC 6749, 5.2: 401 for a client that failed to prove itself, 400 for the rest. */
function answerError(
  error: FastifyError | OAuthError | Refusal,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof OAuthError) {
    const isClientError = error.code === 'invalid_client';
    if (isClientError && request.headers.authorization !== undefined) {
      reply.header('www-authenticate', 'Basic realm="sandbox", charset="UTF-8"');
    }
    return sendError(reply, isClientError ? 401 : 400, error.code, error.message);
  }
  if (error instanceof Refusal && error.fault === 'ServiceUnavailable') {
    reply.header('retry-after', String(faults.ServiceUnavailable.retryAfterInSeconds));
    return sendError(reply, faults.ServiceUnavailable.status, 'temporarily_unavailable', error.message);
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return sendError(reply, 413, 'invalid_request', 'The form is larger than 64 kB.');
  if (status !== undefined && status < 500) {
    return sendError(reply, 400, 'invalid_request', 'The request must be a form, application/x-www-form-urlencoded.');
  }
  request.log.error({ err: error, ...idsOf(request, reply) }, 'unforeseen error');
  return sendError(reply, 500, 'server_error', 'An unforeseen error occurred.');
}

function sendError(reply: FastifyReply, status: number, error: OAuthErrorCode, description: string): FastifyReply {
  return reply.code(status).send({ error, error_description: description });
}
