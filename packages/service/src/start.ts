import type { ServiceOptions } from './config.js';

/** What a program needs to use a sandbox; the same stands in `sandbox.json` in the data folder. */
export interface SandboxDescription {
  readonly baseUrl: string;
  /** The authority's root, as `authorityHost` of an Azure credential: https where the sandbox speaks it. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly users: Readonly<
    Record<
      'agent' | 'reviewer' | 'administrator',
      { userPrincipalName: string; tenantId: string; refreshToken: string }
    >
  >;
  readonly customers: readonly { id: string; companyName: string }[];
  /** Present where the sandbox speaks https: its base URL, and its certificate as PEM text to trust. */
  readonly https?: { readonly baseUrl: string; readonly certificate: string };
}

export interface RunningService {
  /** `http://127.0.0.1:7070`, without a trailing slash. */
  readonly url: string;
  readonly sandbox?: SandboxDescription;
  /** Answers what is under way, then stops. */
  close(): Promise<void>;
}

/** Starts the service and resolves once it answers. */
export async function startService(_options: ServiceOptions = {}): Promise<RunningService> {
  throw new Error('unfinished');
}
