import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';

/** Gives the tokens of a list, one a call and the last one again and again, and keeps what it was asked. */
export class Grants implements TokenCredential {
  readonly asked: { readonly scopes: string | string[]; readonly options: GetTokenOptions | undefined }[] = [];
  readonly grants: (() => Promise<AccessToken | null>)[];

  constructor(...grants: (() => Promise<AccessToken | null>)[]) {
    this.grants = grants;
  }

  getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    const grant = this.grants[Math.min(this.asked.push({ scopes, options }), this.grants.length) - 1];
    return grant === undefined ? Promise.resolve(null) : grant();
  }
}

export const minutes = (count: number): number => count * 60_000;

/** A token that lasts so long from when it is given. */
export const token =
  (name: string, lastsInMs = minutes(60), refreshInMs?: number) =>
  async (): Promise<AccessToken> => ({
    token: name,
    expiresOnTimestamp: Date.now() + lastsInMs,
    ...(refreshInMs === undefined ? {} : { refreshAfterTimestamp: Date.now() + refreshInMs }),
  });
