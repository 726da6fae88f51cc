import { issuerOf, type PathTenant, type Version } from './addresses.js';

/**
 * The discovery document of a tenant (OpenID Connect Discovery, 3), every address under the origin it was asked at.
 * Under `common` the issuer holds `{tenantid}` for the user's tenant, as Entra ID's does.
 */
export function discoveryDocument(origin: string, tenant: PathTenant, version: Version) {
  const segment = tenant.kind === 'one' ? tenant.id : tenant.name;
  const endpoints = `${origin}/${segment}/oauth2`;
  const isV2 = version === 'v2';
  return {
    issuer: issuerOf(origin, tenant.kind === 'one' ? tenant.id : '{tenantid}', version),
    // Version 1 has no authorization endpoint of its own here: the codes of this one serve both token endpoints.
    authorization_endpoint: `${endpoints}/v2.0/authorize`,
    token_endpoint: isV2 ? `${endpoints}/v2.0/token` : `${endpoints}/token`,
    end_session_endpoint: `${endpoints}/v2.0/logout`,
    jwks_uri: isV2 ? `${origin}/${segment}/discovery/v2.0/keys` : `${origin}/${segment}/discovery/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
    grant_types_supported: ['authorization_code', 'client_credentials', 'refresh_token'],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
