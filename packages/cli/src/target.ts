import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/core-auth';
import type { CloudName, PartnerCenterClient, PartnerCenterClientOptions } from '@vetted/client';
import type { SandboxDescription } from '@vetted/service';
import { type Command, Option } from 'commander';
import { Failure, WrongUse } from './errors.js';
import type { Io } from './io.js';
import { type SandboxUser, sandboxCredential } from './sandbox-credential.js';
import { homeOf } from './settings.js';

/** What all commands that ask the service say about where they send their requests. */
export const targetHelp = `
It asks the sandbox that sandbox.json in the data folder describes (VETTED_HOME,
default .vetted). Where there is none, or with --partner-center, it asks Microsoft
Partner Center, signed in by what @azure/identity's DefaultAzureCredential finds:
AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or az login.`;

/** The option that goes with {@link targetHelp}. */
export const partnerCenterOption = ['--partner-center', 'ask Partner Center, also where there is a sandbox'] as const;

const cloudNames = ['public', 'china', 'usGovernment'] as const satisfies readonly CloudName[];

/** Where a command sends its requests, as typed. */
export interface TargetOptions {
  readonly partnerCenter?: true;
  readonly baseUrl?: string;
  readonly cloud?: CloudName;
}

/** Adds the options of {@link TargetOptions}, and their explanation below the command's help. */
export function addTargetOptions(command: Command): Command {
  return command
    .option(...partnerCenterOption)
    .option('--base-url <url>', 'ask this service: a Vetted of your own, or Partner Center at another address')
    .addOption(new Option('--cloud <name>', "ask the Partner Center of one of Microsoft's clouds").choices(cloudNames))
    .addHelpText('after', targetHelp);
}

/**
 * A client of the service to ask: the sandbox of the data folder, the service of `--base-url`, or Partner Center.
 * @param as the sandbox's user; its application where it is left out. Elsewhere the credential says who asks.
 * @param clientOptions options of the client besides the target
 */
export async function createClient(
  io: Io,
  options: TargetOptions,
  as?: 'agent' | 'reviewer',
  clientOptions: Omit<PartnerCenterClientOptions, 'baseUrl' | 'cloud' | 'scope'> = {},
): Promise<PartnerCenterClient> {
  const { credential, ...where } = await findTarget(io, options, as);
  const { PartnerCenterClient } = await import('@vetted/client');
  return new PartnerCenterClient(credential, { ...clientOptions, ...where });
}

/** Which service a command asks, and as whom. */
export interface Target {
  readonly credential: TokenCredential;
  /** Absent for Partner Center itself. */
  readonly baseUrl?: string;
}

/** Finds the service to ask: the sandbox of the data folder, else Partner Center. */
export async function findTarget(io: Io, { partnerCenter }: TargetOptions, as?: SandboxUser): Promise<Target> {
  const sandbox = partnerCenter ? undefined : await findSandbox(homeOf(io));
  if (sandbox) return { credential: sandboxCredential(sandbox, as), baseUrl: sandbox.baseUrl };
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
