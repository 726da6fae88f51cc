import type { AbortSignalLike } from '@azure/abort-controller';
import type { Qualification } from './models.js';
import type { OperationOptions } from './options.js';

/**
 * How a poller looks for the decision. The options of calls hold for every call that it makes, `requestId` for the
 * request alone; `abortSignal` ends the poller's waiting for good, never the vetting.
 */
export interface WaitForDecisionOptions extends OperationOptions {
  /**
   * How long to wait between two looks, in milliseconds; up to a tenth is left off at random. Each look that finds nothing
   * new makes the next wait half as long again. Where the service has a stream of events, a decision is seen at once
   * whatever the interval. Default 900,000, a quarter of an hour; whole, 1,000 to 2,147,483,647.
   */
  intervalInMs?: number;
  /**
   * How long the wait grows, in milliseconds; a service that asks for a longer one (`Retry-After`) is obeyed. Default four
   * times `intervalInMs`; whole, `intervalInMs` to 2,147,483,647.
   */
  maxIntervalInMs?: number;
  /**
   * What `serialize()` of an earlier poller gave, for the same customer and qualification: the poller goes on from there.
   * Default: it begins.
   */
  restoreFrom?: string;
}

/** Options of `beginCreateQualifications`. With `restoreFrom` nothing is requested: the poller goes on to wait. */
export interface BeginCreateQualificationsOptions extends WaitForDecisionOptions {}

/**
 * How far the vetting is, as far as a poller has seen. `succeeded` means that it is decided, a denial being a decision.
 * `failed` and `canceled`, which other pollers know, do not occur: what keeps the poller from looking rejects the call that
 * wanted the look.
 */
export interface QualificationOperationState {
  /** `running` while the qualification is in review, `succeeded` once it is decided. */
  status: 'notStarted' | 'running' | 'succeeded' | 'failed' | 'canceled';
  /** Never there: see the status. */
  error?: Error;
  /** The decision: the qualification, `Approved`, `Denied`, or without a status where nobody vets. */
  result?: Qualification;
  /** The customer tenant id. */
  customerId: string;
  /** The qualification as it was seen last. */
  qualification: Qualification;
}

/**
 * Waits for the decision on a qualification: a `PollerLike` of `@azure/core-lro` 3, and a promise of the decided
 * qualification. `Denied` resolves: it is a result, with its reason in `vettingReason`.
 *
 * It polls at its interval, and where the service has a stream of events it looks as soon as one tells of a change, again
 * within a minute where that look fails. Once it has reached the service, failures that may pass (no connection, 408, 429,
 * 500 and above, each after the client's own retries) do not end the waiting; any other failure rejects with its error.
 *
 * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
 * @example
 * ```ts
 * import type { PartnerCenterClient } from '@vetted/client';
 *
 * export async function decisionOn(client: PartnerCenterClient, customerId: string): Promise<string> {
 *   const { qualification } = client.customers.byId(customerId);
 *   const poller = qualification.waitForDecision('Education', { intervalInMs: 60_000 });
 *   poller.onProgress(({ qualification: { vettingStatus } }) => console.log(vettingStatus));
 *   const { vettingStatus, vettingReason } = await poller;
 *   return vettingReason ?? vettingStatus ?? 'not vetted';
 * }
 * ```
 * @example
 * ```ts
 * import type { PartnerCenterClient, Qualification, QualificationRequest } from '@vetted/client';
 *
 * // Waits for an hour; a later run goes on from the text that is kept, without a second request.
 * export async function request(
 *   client: PartnerCenterClient,
 *   customerId: string,
 *   wanted: QualificationRequest,
 *   keep: (text: string) => void,
 * ): Promise<Qualification> {
 *   const poller = client.customers.byId(customerId).qualification.beginCreateQualifications(wanted);
 *   await poller.submitted();
 *   keep(await poller.serialize());
 *   return poller.pollUntilDone({ abortSignal: AbortSignal.timeout(60 * 60 * 1000) });
 * }
 *
 * // Looks once.
 * export async function look(client: PartnerCenterClient, customerId: string, restoreFrom: string) {
 *   const poller = client.customers.byId(customerId).qualification.waitForDecision('Education', { restoreFrom });
 *   await poller.poll();
 *   return poller.isDone ? poller.result : undefined;
 * }
 * ```
 */
export interface QualificationPoller extends Promise<Qualification> {
  /** Whether the decision is known. */
  readonly isDone: boolean;
  /** What was seen last; undefined until the request is answered or, without a request, until the first look. */
  readonly operationState: QualificationOperationState | undefined;
  /** The decision; undefined while there is none. */
  readonly result: Qualification | undefined;
  /**
   * Looks once, after the request is answered; not at all once the decision is known.
   *
   * Rejects with a {@link PartnerCenterError} where the look fails, `NotRequested` where the customer does not have the
   * qualification, and with an `AbortError` where a signal is aborted.
   */
  poll(options?: { abortSignal?: AbortSignalLike }): Promise<QualificationOperationState>;
  /**
   * Waits for the decision, if it is not known yet. All who wait share the looks. `abortSignal` ends the waiting of this
   * call alone, with an `AbortError`; while nobody waits there are no looks, and a later call goes on.
   */
  pollUntilDone(options?: { abortSignal?: AbortSignalLike }): Promise<Qualification>;
  /** Is told the state after each look. What the callback throws rejects those who wait. The answer ends it. */
  onProgress(callback: (state: QualificationOperationState) => void): () => void;
  /**
   * A text from which `restoreFrom` goes on, also in another process: small, with nothing in it but the customer tenant id
   * and the qualification as it was seen last. Rejects where the request was refused.
   */
  serialize(): Promise<string>;
  /** Resolves once the request is answered, at once where there is none. Rejects where it was refused. */
  submitted(): Promise<void>;
}
