/** Who calls: what identity makes of a bearer token, and all that the rest of the service knows of the caller. */
export interface Caller {
  /** The tenant the token was issued in: the partner. */
  readonly partnerId: string;
  readonly kind: 'app' | 'app+user';
  /** The object id of the user, or of the application's service principal; with `partnerId` it names one person. */
  readonly subject: string;
  /** Roles that count: none, unless the tenant is an operator's. */
  readonly roles: readonly string[];
  /** Whether the user passed multi-factor authentication. */
  readonly mfa: boolean;
  /** When the token stops counting, in milliseconds since 1970. */
  readonly expiresAt: number;
}
