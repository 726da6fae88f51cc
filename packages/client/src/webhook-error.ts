/**
 * Why a delivery was not accepted:
 *
 * - `header-missing`: one of `webhook-id`, `webhook-timestamp` and `webhook-signature` did not arrive;
 * - `timestamp-invalid`: `webhook-timestamp` is no time, or more than five minutes from this machine's clock;
 * - `signature-mismatch`: nobody who knows the secret signed this body under this id and time;
 * - `body-invalid`: the body is not raw, not UTF-8, or not a notice;
 * - `secret-invalid`: the secret that the program gave is none; the delivery may be sound.
 */
export type WebhookVerificationFailure =
  | 'header-missing'
  | 'timestamp-invalid'
  | 'signature-mismatch'
  | 'body-invalid'
  | 'secret-invalid';

const NAME = 'WebhookVerificationError';

/**
 * The one error of `verifyWebhook`. `message` says what to do about it, and holds neither the secret nor a signature.
 *
 * Tell it with {@link isWebhookVerificationError}, which also knows an error of another copy of this package.
 *
 * @example
 * ```ts
 * import { isWebhookVerificationError, type WebhookVerificationError } from '@vetted/client';
 *
 * const answers: Record<WebhookVerificationError['reason'], number> = {
 *   'header-missing': 400,
 *   'timestamp-invalid': 400,
 *   'signature-mismatch': 401,
 *   'body-invalid': 400,
 *   'secret-invalid': 500,
 * };
 * export function statusFor(error: unknown): number {
 *   return isWebhookVerificationError(error) ? answers[error.reason] : 500;
 * }
 * ```
 */
export class WebhookVerificationError extends Error {
  /** Always `WebhookVerificationError`. */
  override readonly name = NAME;
  /** Why the delivery was not accepted. */
  readonly reason: WebhookVerificationFailure;

  /** The client makes these; a program makes one in its tests. */
  constructor(message: string, reason: WebhookVerificationFailure) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Whether something caught is a {@link WebhookVerificationError}, told by its name and its reason: it also holds for an
 * error of the CommonJS copy of this package in a program that loads both.
 *
 * @example
 * ```ts
 * import { isWebhookVerificationError } from '@vetted/client';
 *
 * export function statusFor(error: unknown): number {
 *   return isWebhookVerificationError(error) && error.reason !== 'secret-invalid' ? 400 : 500;
 * }
 * ```
 */
export function isWebhookVerificationError(error: unknown): error is WebhookVerificationError {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === NAME && 'reason' in error;
}
