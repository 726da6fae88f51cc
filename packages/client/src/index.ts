/**
 * `@vetted/client`: customer qualifications of Microsoft Partner Center, for TypeScript and JavaScript.
 * @packageDocumentation
 */

export type { AbortSignalLike } from '@azure/abort-controller';
export type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
export type { PagedAsyncIterableIterator, PageSettings } from '@azure/core-paging';
export type { TracingContext } from '@azure/core-tracing';
export type {
  CustomerQualifications,
  ListQualificationsOptions,
  ListQualificationsProgress,
  QualificationsOperations,
} from './all-qualifications.js';
export type { CallResponse } from './call-response.js';
export { type Cloud, type CloudName, clouds } from './clouds.js';
export type { ClientCertificate } from './credentials/client-certificate.js';
export { CredentialError, type CredentialErrorDetails, isCredentialError } from './credentials/credential-error.js';
export { RefreshTokenCredential, type RefreshTokenCredentialOptions } from './credentials/refresh-token-credential.js';
export { type SandboxCredentialOptions, sandboxCredential } from './credentials/sandbox-credential.js';
export { readSandbox, type SandboxDescription, type SandboxUserName } from './credentials/sandbox-description.js';
export type { CustomerOperations } from './customer.js';
export type { CustomersFilter, CustomersOperations, ListCustomersOptions } from './customers.js';
export { isPartnerCenterError, PartnerCenterError, type PartnerCenterErrorDetails } from './errors.js';
export type { EventsOptions } from './events.js';
export type * from './models.js';
export type { OperationOptions, PartnerCenterClientOptions, RetryOptions } from './options.js';
export { PartnerCenterClient } from './partner-center-client.js';
export type { QualificationOperations } from './qualification.js';
export type {
  BeginCreateQualificationsOptions,
  QualificationOperationState,
  QualificationPoller,
  WaitForDecisionOptions,
} from './qualification-poller.js';
export type { DecideOptions, ListReviewsOptions, ReviewsOperations } from './reviews.js';
export type { SandboxOperations } from './sandbox.js';
export type * from './sandbox-models.js';
export type { ValidationsOperations } from './validations.js';
export type { ListCustomersWithQualificationsOptions, VettingOperations } from './vetting.js';
export type * from './vetting-models.js';
export { verifyWebhook, type WebhookHeaders } from './webhook.js';
export {
  isWebhookVerificationError,
  WebhookVerificationError,
  type WebhookVerificationFailure,
} from './webhook-error.js';
export type * from './webhook-models.js';
export type { ListDeliveriesOptions, WebhooksOperations } from './webhooks.js';
