import { readFile } from 'node:fs/promises';
import type { TokenCredential } from '@azure/core-auth';
import { Failure, WrongUse } from './errors.js';
import type { Io } from './io.js';
import { keptRefreshToken, type RefreshTokenSource } from './refresh-token-file.js';

/** How a command signs in: to a sandbox, as a user by a refresh token, or by what `@azure/identity` finds. */
export type SignInKind = 'sandbox' | 'refreshToken' | 'azureIdentity';

export interface SignIn {
  readonly signIn: SignInKind;
  /** The variables of the environment that it goes by, by their names. */
  readonly variables: readonly string[];
  readonly credential: TokenCredential;
}

const identityVariables = [
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_AUTHORITY_HOST',
  'AZURE_TOKEN_CREDENTIALS',
] as const;
const refreshVariables = ['VETTED_REFRESH_TOKEN', 'VETTED_REFRESH_TOKEN_FILE'] as const;

/**
 * The sign-in that the environment has set up, at an authority. Throws WrongUse where its variables do not go together.
 * @param hint what to add where there is no sign-in
 */
export async function signIn(io: Io, authorityHost: string, hint: string): Promise<SignIn> {
  const { clouds } = await import('@vetted/client');
  const variables = [...refreshVariables, ...identityVariables].filter((name) => io.env[name]);
  const host = URL.canParse(authorityHost) ? new URL(authorityHost).origin : authorityHost;
  // Microsoft knows its own authorities alone, and would refuse to vouch for another.
  const isMicrosofts = Object.values(clouds).some((cloud) => cloud.authorityHost === host);
  const options = { authorityHost, ...(isMicrosofts ? {} : { disableInstanceDiscovery: true }) };
  const source = await keptRefreshToken(io.env);
  if (source !== undefined) {
    return { signIn: 'refreshToken', variables, credential: await refreshTokenCredential(io, source, options) };
  }
  return { signIn: 'azureIdentity', variables, credential: await azureCredential(options, hint) };
}

interface AuthorityOptions {
  readonly authorityHost: string;
  readonly disableInstanceDiscovery?: boolean;
}

async function refreshTokenCredential(
  { env }: Io,
  { name, refreshToken, keep }: RefreshTokenSource,
  options: AuthorityOptions,
): Promise<TokenCredential> {
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret } = env;
  const { AZURE_CLIENT_CERTIFICATE_PATH: file, AZURE_CLIENT_CERTIFICATE_PASSWORD: password } = env;
  const missing = [
    ...(tenantId ? [] : ['AZURE_TENANT_ID']),
    ...(clientId ? [] : ['AZURE_CLIENT_ID']),
    ...(secret || file ? [] : ['AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH']),
  ];
  if (!tenantId || !clientId || missing.length > 0) throw new WrongUse(`${name} needs ${missing.join(', ')} too.`);
  const proof = secret || {
    certificate: await readText('AZURE_CLIENT_CERTIFICATE_PATH', file ?? ''),
    ...(password ? { certificatePassword: password } : {}),
  };
  const { RefreshTokenCredential } = await import('@vetted/client');
  const keeping = keep === undefined ? {} : { onRefreshToken: keep };
  try {
    return new RefreshTokenCredential(tenantId, clientId, proof, refreshToken, { ...options, ...keeping });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new WrongUse(namingVariables(error.message));
  }
}

function namingVariables(message: string): string {
  return message
    .replace(/^tenantId/, 'AZURE_TENANT_ID')
    .replace(/^authorityHost/, 'AZURE_AUTHORITY_HOST')
    .replace(/^clientSecret\.certificate/, 'AZURE_CLIENT_CERTIFICATE_PATH');
}

async function readText(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new WrongUse(`${name}: ${file} cannot be read (${code}).`);
  }
}

async function azureCredential(options: AuthorityOptions, hint: string): Promise<TokenCredential> {
  // Loaded here: it takes longer than a whole command against a sandbox.
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential(options);
  return {
    async getToken(scopes, tokenOptions) {
      try {
        return await credential.getToken(scopes, tokenOptions);
      } catch (error) {
        throw new Failure(explain(error) + hint);
      }
    },
  };
}

/** The library's message lists every way it tried, over many lines, with help for whoever writes programs. */
function explain(error: unknown): string {
  if (error instanceof Error && error.name === 'AuthenticationError') return refusalIn(error.message);
  return (
    'No sign-in for Partner Center was found: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, ' +
    'or run az login.'
  );
}

/** The authority's own sentence, without the ids and times around it; else the first line. */
function refusalIn(message: string): string {
  const [title = ''] = message.split('\n', 1);
  const [, reason] = / - Description: (.+?)(?: Trace ID:| - Correlation ID:|\n|$)/.exec(message) ?? [];
  return reason === undefined ? title : `${title.replace(/ To troubleshoot.*$/, '')} ${reason}`;
}
