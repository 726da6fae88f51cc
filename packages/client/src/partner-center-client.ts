import type { TokenCredential } from '@azure/core-auth';
import { type QualificationsOperations, qualificationsOperations } from './all-qualifications.js';
import { type CustomersOperations, customersOperations } from './customers.js';
import { decisionWatchOf } from './decision-watch.js';
import { type PartnerCenterClientOptions, settingsFrom } from './options.js';
import { type SandboxOperations, sandboxOperations } from './sandbox.js';
import { createSend } from './transport/pipeline.js';
import { type ValidationsOperations, validationsOperations } from './validations.js';
import { type VettingOperations, vettingOperations } from './vetting.js';
import { type WebhooksOperations, webhooksOperations } from './webhooks.js';

/**
 * A client for the customer qualifications of Microsoft Partner Center, with the calls of the .NET SDK's
 * `IAggregatePartner`. Make one and keep it: it holds the token and the connections.
 *
 * Logs go to `@azure/logger` (`AZURE_LOG_LEVEL=info`), without tokens. On Node.js, `HTTPS_PROXY` and `NO_PROXY` are
 * obeyed. Redirects are not followed.
 *
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-authentication
 * @example
 * ```ts
 * import { ClientSecretCredential } from '@azure/identity';
 * import { PartnerCenterClient } from '@vetted/client';
 *
 * const credential = new ClientSecretCredential('<partner tenant id>', '<application id>', '<secret>');
 * const client = new PartnerCenterClient(credential);
 *
 * const customerId = '<customer tenant id>';
 * const qualifications = await client.customers.byId(customerId).qualification.getQualifications();
 * for (const { qualification, vettingStatus } of qualifications) console.log(qualification, vettingStatus);
 * ```
 */
export class PartnerCenterClient {
  /** The partner's customers, and below them their qualifications. */
  readonly customers: CustomersOperations;
  /** The qualifications of all customers, in one run. */
  readonly qualifications: QualificationsOperations;
  /** The partner's Government Community Cloud validation codes. */
  readonly validations: ValidationsOperations;
  /** What Vetted knows beyond Partner Center: preflight, progress, history, and the desk. */
  readonly vetting: VettingOperations;
  /** The partner's webhook: its registration, test events and deliveries. */
  readonly webhooks: WebhooksOperations;
  /** The switches of a sandbox: its clock, what goes wrong, its data. */
  readonly sandbox: SandboxOperations;

  /**
   * Nothing is sent yet, and no token asked for.
   *
   * @param credential Gives the access tokens: any credential of `@azure/identity`, or your own.
   * @param options See {@link PartnerCenterClientOptions}.
   * @throws TypeError for a credential or an option of the wrong type, RangeError for an option out of its range.
   */
  constructor(credential: TokenCredential, options: PartnerCenterClientOptions = {}) {
    if (typeof credential?.getToken !== 'function') {
      throw new TypeError('credential must be a TokenCredential: an object with a getToken function.');
    }
    const settings = settingsFrom(options);
    const send = createSend(credential, settings);
    this.customers = customersOperations(send, settings, decisionWatchOf(send, settings));
    this.qualifications = qualificationsOperations(send, settings);
    this.validations = validationsOperations(send);
    this.vetting = vettingOperations(send, settings);
    this.webhooks = webhooksOperations(send);
    this.sandbox = sandboxOperations(send);
  }
}
