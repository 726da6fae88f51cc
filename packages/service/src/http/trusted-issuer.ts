import type { JWTVerifyGetKey } from 'jose';

/** An issuer whose tokens count: how to tell its tenant from the `iss` claim, and where its keys are. */
export interface TrustedIssuer {
  /** The tenant id that the issuer's URL names, or undefined if the URL is not this issuer's. */
  tenantOf(issuer: string): string | undefined;
  readonly keys: JWTVerifyGetKey;
}
