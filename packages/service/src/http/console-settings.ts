/** What the console needs to know of the service that sent it. */
export interface ConsoleSettings {
  readonly version: string;
  /** Where people sign in: an absolute URL, or a path on the service itself. Absent where nobody can. */
  readonly authority?: string;
  readonly clientId?: string;
  /** The permission that the access token is asked for. */
  readonly scope?: string;
  /** Present in sandbox mode only. */
  readonly sandbox?: { readonly users: readonly ConsoleUser[] };
}

/** A sample user as whom a person can sign in. */
export interface ConsoleUser {
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly tenantName: string;
}
