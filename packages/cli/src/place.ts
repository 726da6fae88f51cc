import { join } from 'node:path';
import type { CloudName, SandboxDescription } from '@vetted/client';
import { WrongUse } from './errors.js';
import type { Io } from './io.js';
import { homeOf } from './settings.js';

/** The clouds, as the client names them. */
export const cloudNames = ['public', 'china', 'usGovernment'] as const satisfies readonly CloudName[];

/** Where a command sends its requests, as typed. */
export interface PlaceOptions {
  readonly partnerCenter?: true;
  readonly baseUrl?: string;
  readonly scope?: string;
  readonly cloud?: CloudName;
}

/** Where a command sends its requests. */
export interface Place {
  readonly kind: 'sandbox' | 'service' | 'partnerCenter';
  readonly reason: string;
  readonly baseUrl: string;
  readonly cloud: CloudName;
  readonly scope: string;
  /** Present where it is one. */
  readonly sandbox?: SandboxDescription;
  /** Where one signs in. */
  readonly authorityHost: string;
  /** The option or variable that the address stands in. */
  readonly addressName?: string;
}

/** Chooses by options first, then by the environment, then by what is in the data folder. */
export async function choosePlace(io: Io, options: PlaceOptions): Promise<Place> {
  refuseContradictions(options);
  const { clouds } = await import('@vetted/client');
  const { name: cloud, source } = await chooseCloud(io, options);
  const authorityHost = (isNamed(source) ? undefined : io.env.AZURE_AUTHORITY_HOST) || clouds[cloud].authorityHost;
  const wantsPartnerCenter = options.partnerCenter === true || options.cloud !== undefined;
  const address = addressOf(io, options, wantsPartnerCenter);
  if (address !== undefined) {
    const scope = options.scope ?? (io.env.VETTED_SCOPE || clouds[cloud].scope);
    const { url: baseUrl, name: addressName } = address;
    return { kind: 'service', reason: `${addressName} names it`, baseUrl, cloud, scope, authorityHost, addressName };
  }
  if (options.scope !== undefined) throw new WrongUse('--scope goes with --base-url.');
  const sandbox = wantsPartnerCenter ? undefined : await findSandbox(homeOf(io));
  if (sandbox !== undefined) {
    const { baseUrl } = sandbox;
    const reason = `${fileOf(homeOf(io))} describes it`;
    const { scope } = clouds.public;
    return { kind: 'sandbox', reason, baseUrl, cloud: 'public', scope, sandbox, authorityHost: baseUrl };
  }
  const reason = reasonForPartnerCenter(io, options, source);
  return { kind: 'partnerCenter', reason, ...clouds[cloud], cloud, authorityHost };
}

function refuseContradictions({ partnerCenter, baseUrl, scope }: PlaceOptions): void {
  for (const [flag, value] of [
    ['--base-url', baseUrl],
    ['--scope', scope],
  ]) {
    if (value === '') throw new WrongUse(`${flag}: is empty. Give it a value or leave it out.`);
  }
  if (partnerCenter && baseUrl !== undefined) {
    throw new WrongUse('--base-url does not go with --partner-center: they name two services.');
  }
}

/** `--cloud` beside `--base-url` says where to sign in for that service. */
function addressOf({ env }: Io, { baseUrl }: PlaceOptions, wantsPartnerCenter: boolean) {
  if (baseUrl !== undefined) return { url: baseUrl, name: '--base-url' };
  if (wantsPartnerCenter || !env.VETTED_BASE_URL) return undefined;
  return { url: env.VETTED_BASE_URL, name: 'VETTED_BASE_URL' };
}

interface CloudChoice {
  readonly name: CloudName;
  /** The option or variable that says so. */
  readonly source: '--cloud' | 'VETTED_CLOUD' | 'AZURE_AUTHORITY_HOST' | undefined;
}

async function chooseCloud({ env }: Io, { cloud }: PlaceOptions): Promise<CloudChoice> {
  if (cloud !== undefined) return { name: cloud, source: '--cloud' };
  const named = cloudNames.find((name) => name === env.VETTED_CLOUD);
  if (named !== undefined) return { name: named, source: 'VETTED_CLOUD' };
  if (env.VETTED_CLOUD) {
    throw new WrongUse(`VETTED_CLOUD: "${env.VETTED_CLOUD}" is no cloud. It is ${cloudNames.join(', ')}.`);
  }
  const host = originOf(env.AZURE_AUTHORITY_HOST);
  const { clouds } = await import('@vetted/client');
  const guessed = cloudNames.find((name) => clouds[name].authorityHost === host);
  return guessed ? { name: guessed, source: 'AZURE_AUTHORITY_HOST' } : { name: 'public', source: undefined };
}

function isNamed(source: CloudChoice['source']): boolean {
  return source === '--cloud' || source === 'VETTED_CLOUD';
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
}

function reasonForPartnerCenter(io: Io, options: PlaceOptions, source: CloudChoice['source']): string {
  if (options.partnerCenter) return '--partner-center says so';
  if (options.cloud !== undefined) return '--cloud names it';
  const inCloud = source === undefined ? '' : `, in the cloud of ${source}`;
  return `there is no sandbox in ${homeOf(io)}${inCloud}`;
}

/** What to add for somebody who meant a sandbox. */
export function noSandbox(io: Io): string {
  return `There is no sandbox in ${homeOf(io)}; start one with: npx vetted serve --sandbox`;
}

function fileOf(home: string): string {
  return join(home, 'sandbox.json');
}

/** The sandbox that a data folder describes, or undefined where it describes none. */
export async function findSandbox(home: string): Promise<SandboxDescription | undefined> {
  const { isCredentialError, readSandbox } = await import('@vetted/client');
  try {
    return await readSandbox(fileOf(home));
  } catch (error) {
    if (!isCredentialError(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new WrongUse(error.message);
  }
}
