import type { TokenCredential } from '@azure/core-auth';
import type { CloudName, PartnerCenterClient, PartnerCenterClientOptions, SandboxDescription } from '@vetted/client';
import { type Command, Option } from 'commander';
import { WrongUse } from './errors.js';
import type { Io } from './io.js';
import { choosePlace, cloudNames, noSandbox, type PlaceOptions } from './place.js';
import { type SignInKind, signIn } from './sign-in.js';

/** What all commands that ask the service say about where they send their requests. */
export const targetHelp = `
It asks the sandbox that sandbox.json in the data folder describes (VETTED_HOME,
default .vetted); with --base-url or VETTED_BASE_URL that service; without
either, or with --partner-center or --cloud, Microsoft Partner Center. Where
--cloud does not name the cloud, VETTED_CLOUD does: public, china or
usGovernment; and where --scope does not, VETTED_SCOPE names the scope of a
service of your own.

Elsewhere than in a sandbox it signs in as a user, by the refresh token in
VETTED_REFRESH_TOKEN, or in the file that VETTED_REFRESH_TOKEN_FILE names, where
each new one is kept; with AZURE_TENANT_ID, AZURE_CLIENT_ID, and
AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH. Where there is none, by
what @azure/identity's DefaultAzureCredential finds: the same variables, a
managed identity, az login. To look at it all: npx vetted doctor`;

/** Where a command sends its requests, as typed. */
export type TargetOptions = PlaceOptions;

/** Adds the options of {@link TargetOptions}, and their explanation below the command's help. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--partner-center', 'ask Partner Center, also where there is a sandbox')
    .option('--base-url <url>', 'ask this service: a Vetted of your own, or Partner Center at another address')
    .option('--scope <scope>', "with --base-url: ask for tokens of this scope, not of Partner Center's")
    .addOption(new Option('--cloud <name>', "ask the Partner Center of one of Microsoft's clouds").choices(cloudNames))
    .addHelpText('after', targetHelp);
}

/** The sandbox's users, by whom a command may sign in. */
export type SandboxUser = keyof SandboxDescription['users'];

/** Which service a command asks, and as whom. */
export interface Target {
  readonly kind: 'sandbox' | 'service' | 'partnerCenter';
  /** What chose it: an option, a variable, or what is in the data folder. */
  readonly reason: string;
  readonly baseUrl: string;
  readonly cloud: CloudName;
  readonly scope: string;
  /** Where one signs in. */
  readonly authorityHost: string;
  readonly signIn: SignInKind;
  /** The variables of the environment that the sign-in goes by, by their names. */
  readonly variables: readonly string[];
  readonly credential: TokenCredential;
}

/**
 * A client of the service to ask: the sandbox of the data folder, the service of `--base-url`, or Partner Center.
 * @param as the sandbox's user; its application where it is left out. Elsewhere the credential says who asks.
 * @param clientOptions options of the client besides the target
 */
export async function createClient(
  io: Io,
  options: TargetOptions,
  as?: SandboxUser,
  clientOptions: Omit<PartnerCenterClientOptions, 'baseUrl' | 'cloud' | 'scope'> = {},
): Promise<PartnerCenterClient> {
  const { credential, baseUrl, scope } = await findTarget(io, options, as);
  const { PartnerCenterClient } = await import('@vetted/client');
  return new PartnerCenterClient(credential, { ...clientOptions, baseUrl, scope });
}

/** Finds the service to ask, and how to sign in to it. Throws WrongUse where options or variables do not go together. */
export async function findTarget(io: Io, options: TargetOptions, as?: SandboxUser): Promise<Target> {
  const { PartnerCenterClient, sandboxCredential } = await import('@vetted/client');
  const { sandbox, addressName, ...place } = await choosePlace(io, options);
  if (sandbox !== undefined) {
    const credential = sandboxCredential({ sandbox, ...(as === undefined ? {} : { user: as }) });
    return { ...place, signIn: 'sandbox', variables: [], credential };
  }
  const isByDefault = place.kind === 'partnerCenter' && !options.partnerCenter && options.cloud === undefined;
  const signedIn = await signIn(io, place.authorityHost, isByDefault ? ` (${noSandbox(io)})` : '');
  const target: Target = { ...place, ...signedIn };
  try {
    new PartnerCenterClient(target.credential, { baseUrl: target.baseUrl, scope: target.scope });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new WrongUse(error.message.replace(/^baseUrl/, addressName ?? 'baseUrl'));
  }
  return target;
}
