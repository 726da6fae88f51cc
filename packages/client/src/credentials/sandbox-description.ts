import { environmentVariable, nodeModule } from '../node.js';
import { isObject, parseJson } from '../transport/json.js';
import { CredentialError } from './credential-error.js';

/** A user of a sandbox: an agent of the sample partner, or one of the operator's people. */
export type SandboxUserName = 'agent' | 'reviewer' | 'administrator';

/** What signing in to a sandbox takes. `sandbox.json` in its data folder says it, and more. */
export interface SandboxDescription {
  /** The sandbox's address, for the client's `baseUrl` too. */
  readonly baseUrl: string;
  /** The sample partner's tenant. */
  readonly tenantId: string;
  /** The id of the partner's application. */
  readonly clientId: string;
  /** The secret of the partner's application. */
  readonly clientSecret: string;
  /** Whom to sign in: each user's tenant, and the refresh token of its sign-in. */
  readonly users: Readonly<Record<SandboxUserName, { readonly tenantId: string; readonly refreshToken: string }>>;
}

/** What helps where there is no sandbox. */
export const START_SANDBOX = 'Start it with: npx vetted serve --sandbox';

const userNames = ['agent', 'reviewer', 'administrator'] as const satisfies readonly SandboxUserName[];

/**
 * Reads the description of a sandbox that was started in this folder: `sandbox.json` in the data folder (`VETTED_HOME`,
 * by default `.vetted`), or another file. Runs on Node.js.
 *
 * @param file The file to read in place of that one.
 * @throws {@link CredentialError} where it cannot be read, with the system's `code` (`ENOENT`), or describes no sandbox.
 * @example
 * ```ts
 * import { PartnerCenterClient, readSandbox, sandboxCredential } from '@vetted/client';
 *
 * const sandbox = await readSandbox();
 * const credential = sandboxCredential({ sandbox, user: 'agent' });
 * export const client = new PartnerCenterClient(credential, { baseUrl: sandbox.baseUrl });
 * ```
 */
export async function readSandbox(file: string = defaultFile()): Promise<SandboxDescription> {
  const description = parseJson(await textOf(file));
  if (isSandbox(description)) return description;
  throw new CredentialError(`${file} does not describe a sandbox. ${START_SANDBOX}`);
}

function defaultFile(): string {
  return `${environmentVariable('VETTED_HOME') || '.vetted'}/sandbox.json`;
}

async function textOf(file: string): Promise<string> {
  const files = nodeModule('node:fs/promises');
  if (files === undefined) throw new CredentialError('A file can be read on Node.js only: pass the sandbox itself.');
  try {
    return await files.readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    const message = isAbsent
      ? `There is no sandbox: ${file} is not there. ${START_SANDBOX}`
      : `${file} cannot be read.`;
    throw new CredentialError(message, { code, cause: error });
  }
}

/** Whether a value has what signing in to a sandbox takes. */
export function isSandbox(value: unknown): value is SandboxDescription {
  if (!isObject(value)) return false;
  const { baseUrl, tenantId, clientId, clientSecret, users } = value;
  return (
    [baseUrl, tenantId, clientId, clientSecret].every(isText) &&
    URL.canParse(String(baseUrl)) &&
    isObject(users) &&
    userNames.every((name) => {
      const user = users[name];
      return isObject(user) && isText(user.tenantId) && isText(user.refreshToken);
    })
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
