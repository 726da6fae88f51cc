import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/core-auth';
import type { SandboxDescription } from '@vetted/service';
import { Failure, WrongUse } from './errors.js';
import type { Io } from './io.js';
import { sandboxCredential } from './sandbox-credential.js';
import { homeOf } from './settings.js';

/** What all commands that ask the service say about where they send their requests. */
export const targetHelp = `
It asks the sandbox that sandbox.json in the data folder describes (VETTED_HOME,
default .vetted). Where there is none, or with --partner-center, it asks Microsoft
Partner Center, signed in by what @azure/identity's DefaultAzureCredential finds:
AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or az login.`;

/** The option that goes with {@link targetHelp}. */
export const partnerCenterOption = ['--partner-center', 'ask Partner Center, also where there is a sandbox'] as const;

/** Which service a command asks, and as whom. */
export interface Target {
  readonly credential: TokenCredential;
  /** Absent for Partner Center itself. */
  readonly baseUrl?: string;
}

/** Finds the service to ask: the sandbox of the data folder, else Partner Center. */
export async function findTarget(io: Io, { partnerCenter }: { readonly partnerCenter?: true }): Promise<Target> {
  const sandbox = partnerCenter ? undefined : await findSandbox(homeOf(io));
  if (sandbox) return { credential: sandboxCredential(sandbox), baseUrl: sandbox.baseUrl };
  return { credential: await azureCredential(partnerCenter ? '' : noSandbox(io)) };
}

/** What to add for somebody who meant a sandbox. */
export function noSandbox(io: Io): string {
  return ` (There is no sandbox in ${homeOf(io)}; start one with: npx vetted serve --sandbox)`;
}

/** The sandbox that a data folder describes, or undefined where it describes none. */
export async function findSandbox(home: string): Promise<SandboxDescription | undefined> {
  const file = join(home, 'sandbox.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new WrongUse(`${file} cannot be read (${code}).`);
  }
  const content = parseJson(text);
  if (isSandbox(content)) return content;
  throw new WrongUse(`${file} does not describe a sandbox. Start one anew: npx vetted serve --sandbox`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Checks what this command line uses of a description. */
function isSandbox(content: unknown): content is SandboxDescription {
  const { baseUrl, tenantId, clientId, clientSecret, users } = (content ?? {}) as Partial<SandboxDescription>;
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  return (
    isText(baseUrl) &&
    URL.canParse(String(baseUrl)) &&
    [tenantId, clientId, clientSecret].every(isText) &&
    (['agent', 'reviewer', 'administrator'] as const).every(
      (name) => isText(users?.[name]?.tenantId) && isText(users?.[name]?.refreshToken),
    )
  );
}

async function azureCredential(hint: string): Promise<TokenCredential> {
  // Loaded here: it takes longer than a whole command against a sandbox.
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential();
  return {
    async getToken(scopes, options) {
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        throw new Failure(explain(error) + hint);
      }
    },
  };
}

/** The library's message lists every way it tried, over many lines. */
function explain(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'AuthenticationError' && error instanceof Error) return error.message.split('\n', 1)[0] ?? name;
  return (
    'No sign-in for Partner Center was found: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, ' +
    'or run az login.'
  );
}
