const NAME = 'CredentialError';

/** What is known about a sign-in that failed. */
export interface CredentialErrorDetails {
  /** The authority's error code, or the system's for a connection (`ECONNREFUSED`). */
  readonly code?: string | undefined;
  /** Whether only a person can mend it, by signing in again. */
  readonly signInRequired?: boolean | undefined;
  /** The authority's id of the failed request. */
  readonly correlationId?: string | undefined;
  /** The error underneath. */
  readonly cause?: unknown;
}

/**
 * A credential of this package gave no token. The message says why and what to do, and holds no secret. Tell it with
 * {@link isCredentialError}.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 * @example
 * ```ts
 * import { type CredentialError, isCredentialError } from '@vetted/client';
 *
 * function whoMayMend({ signInRequired }: CredentialError): string {
 *   return signInRequired ? 'whoever signed in for this program' : 'whoever operates this program';
 * }
 * export function told(error: unknown): string {
 *   return isCredentialError(error) ? `${error.message} To be mended by ${whoMayMend(error)}.` : String(error);
 * }
 * ```
 */
export class CredentialError extends Error {
  /** Always `CredentialError`. */
  override readonly name = NAME;
  /**
   * The authority's error code (`invalid_grant`, `invalid_client`); the system's where the connection failed
   * (`ECONNREFUSED`); undefined where there is none.
   */
  readonly code: string | undefined;
  /** Whether only a person can mend it, by signing in again: the refresh token is expired, revoked, or not enough. */
  readonly signInRequired: boolean;
  /** The authority's id of the failed request: what Microsoft's support asks for. */
  readonly correlationId: string | undefined;

  /** The client makes these; a program makes one in its tests. */
  constructor(message: string, details: CredentialErrorDetails = {}) {
    const { code, signInRequired, correlationId, cause } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.signInRequired = signInRequired ?? false;
    this.correlationId = correlationId;
  }
}

/**
 * Whether something caught is a {@link CredentialError}, told by its name: it also holds for an error of the CommonJS
 * copy of this package in a program that loads both.
 *
 * @example
 * ```ts
 * import { isCredentialError, type PartnerCenterClient } from '@vetted/client';
 *
 * export async function countCodes(client: PartnerCenterClient, alert: (text: string) => void) {
 *   try {
 *     return (await client.validations.getValidationCodes()).length;
 *   } catch (error) {
 *     if (isCredentialError(error) && error.signInRequired) alert(`Somebody must sign in again: ${error.message}`);
 *     throw error;
 *   }
 * }
 * ```
 */
export function isCredentialError(error: unknown): error is CredentialError {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === NAME;
}
