/** One sample user as a program needs it: whom to sign in, and a refresh token that does it without a browser. */
export interface SandboxUserDescription {
  readonly userPrincipalName: string;
  readonly tenantId: string;
  readonly refreshToken: string;
}

/** What a program needs to use a sandbox; the same stands in `sandbox.json` in the data folder. */
export interface SandboxDescription {
  readonly baseUrl: string;
  /** The authority's root, as `authorityHost` of an Azure credential: https where the sandbox speaks it. */
  readonly authority: string;
  /** The sample partner's tenant. */
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly users: Readonly<Record<'agent' | 'reviewer' | 'administrator', SandboxUserDescription>>;
  /** The sample partner's customers. */
  readonly customers: readonly { readonly id: string; readonly companyName: string }[];
  /** Present where the sandbox speaks https: its base URL, and its certificate as PEM text to trust. */
  readonly https?: { readonly baseUrl: string; readonly certificate: string };
}
