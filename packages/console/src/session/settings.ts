/** A sample user as whom a person can sign in to a sandbox. */
interface SampleUser {
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly tenantName: string;
}

/** What the service says of itself in the page that it sends. */
export interface Settings {
  readonly version: string;
  /** How people sign in; absent where the operator has named no application to sign in with. */
  readonly signIn: SignInSettings | undefined;
  /** Present in sandbox mode only. */
  readonly sandbox: { readonly users: readonly SampleUser[] } | undefined;
}

export interface SignInSettings {
  /** An OpenID Connect issuer; `organizations` or `common` in its path stand for the person's own tenant. */
  readonly authority: URL;
  readonly clientId: string;
  /** The permission that access tokens are asked for. */
  readonly scope: string;
}

/** Reads the settings that stand in the page. Throws where there are none: the page was not sent by the service. */
export function readSettings(page: Document): Settings {
  const content = page.querySelector('meta[name="vetted-settings"]')?.getAttribute('content') ?? '';
  const { version, authority, clientId, scope, sandbox } = JSON.parse(content) as {
    version: string;
    authority?: string;
    clientId?: string;
    scope?: string;
    sandbox?: Settings['sandbox'];
  };
  const isComplete = authority !== undefined && clientId !== undefined && scope !== undefined;
  return {
    version,
    signIn: isComplete ? { authority: new URL(authority, page.location.origin), clientId, scope } : undefined,
    sandbox,
  };
}
