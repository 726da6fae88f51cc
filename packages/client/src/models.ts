/** The qualifications that Partner Center documents for a request. */
export type QualificationName = 'Education' | 'GovernmentCommunityCloud' | 'StateOwnedEntity';

/** The states of a vetting. */
export type VettingStatus = 'InReview' | 'Approved' | 'Denied';

/** The segments of an Education request. */
export type EducationSegment = 'K12' | 'HigherEducation';

/**
 * One qualification of a customer. What does not apply is absent. Values and members that this version does not know
 * are passed on as the service sent them.
 *
 * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
 * @example
 * ```ts
 * import type { Qualification } from '@vetted/client';
 *
 * export function mayBuyEducation(qualifications: Qualification[]): boolean {
 *   return qualifications.some((one) => one.qualification === 'Education' && one.vettingStatus === 'Approved');
 * }
 * ```
 */
export interface Qualification {
  /** Which qualification: {@link QualificationName}, or a value that came later. */
  qualification: QualificationName | (string & {});
  /** How far the vetting is; absent for `StateOwnedEntity`, which nobody vets. */
  vettingStatus?: VettingStatus | (string & {});
  /** Why the request was denied, in the service's words; only with `Denied`. */
  vettingReason?: string;
  /**
   * When the vetting was requested: an ISO 8601 text in UTC, as the service wrote it. Microsoft documents two spellings
   * on the wire, `vettingCreatedDate` and `vettingCreateDate`; whichever arrives is here.
   */
  vettingCreatedDate?: string;
}

/**
 * A request for a qualification. It is sent as it stands; what it must hold for which qualification is the service's rule.
 *
 * @see https://learn.microsoft.com/partner-center/developer/update-customer-qualification-asynchronous
 * @example
 * ```ts
 * import type { QualificationRequest } from '@vetted/client';
 *
 * export const education: QualificationRequest = {
 *   qualification: 'Education',
 *   educationSegment: 'HigherEducation',
 *   website: 'fabrikam.edu',
 * };
 * export const government: QualificationRequest = { qualification: 'GovernmentCommunityCloud', validationCode: '12345' };
 * ```
 */
export interface QualificationRequest {
  /** The qualification to request. */
  qualification: QualificationName | (string & {});
  /** The segment; Education needs it. */
  educationSegment?: EducationSegment | (string & {});
  /** The customer's website; Education only. */
  website?: string;
  /** The validation code; GovernmentCommunityCloud needs it. See {@link ValidationCode}. */
  validationCode?: string;
}

/** A link to a resource of the service. */
export interface Link {
  /** Relative to the service's root and version: `/customers?size=100`. */
  uri: string;
  /** The method, `GET`. */
  method?: string;
  /** Headers that the link needs, `MS-ContinuationToken` for instance. */
  headers?: { key: string; value: string }[];
}

/** Who a customer is. */
export interface CustomerCompanyProfile {
  /** The customer tenant id, a GUID. */
  tenantId: string;
  /** The customer's default domain. */
  domain: string;
  /** The customer's name. */
  companyName: string;
  /** The customer's address, as much of it as the service tells. */
  address?: { country?: string };
  /** An e-mail address of the customer. */
  email?: string;
  /** What the service says about the object. */
  attributes?: { objectType: string };
}

/**
 * A customer of the partner.
 *
 * @see https://learn.microsoft.com/partner-center/developer/customer-resources
 */
export interface Customer {
  /** The customer tenant id, a GUID: what `customers.byId` takes. */
  id: string;
  /** Who the customer is. */
  companyProfile: CustomerCompanyProfile;
  /** What the partner is to the customer: `reseller`, `advisor`, … */
  relationshipToPartner?: string;
  /** Links to the customer itself. */
  links?: { self?: Link };
  /** What the service says about the object. */
  attributes?: { objectType: string };
}

/**
 * One page of customers: an array with what the service tells about the page, in properties that are not enumerable.
 *
 * @see https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers
 */
export interface CustomerPage extends Array<Customer> {
  /** Give it to `byPage({ continuationToken })` to go on after this page; absent on the last page. Opaque. */
  continuationToken?: string;
  /** How many customers match on all pages together, where the service says so. */
  totalCount?: number;
}

/**
 * A Government Community Cloud validation code of the partner.
 *
 * @see https://learn.microsoft.com/partner-center/developer/get-a-partner-s-validation-codes
 */
export interface ValidationCode {
  /** The partner's id. */
  partnerId: string;
  /** The organisation that the code was given for. */
  organizationName: string;
  /** The code itself: `validationCode` of a {@link QualificationRequest}. */
  validationId: string;
  /** How many customers the code can qualify in all. */
  maxCreates: number;
  /** How many of these are left. */
  remainingCreates: number;
  /** The version of this record. */
  eTag: string;
}

/** The events that a webhook is told of. */
export type WebhookEventName = 'customer-qualification-updated' | 'test-created';

/**
 * One notice of a webhook, read by `verifyWebhook`. What does not apply is absent; dates and addresses are as the service
 * wrote them. It says that something changed: what holds now, the qualification itself says.
 *
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
 * @example
 * ```ts
 * import type { PartnerCenterClient, WebhookEvent } from '@vetted/client';
 *
 * export async function whatHoldsNow(client: PartnerCenterClient, { customerId }: WebhookEvent) {
 *   return customerId === undefined ? [] : client.customers.byId(customerId).qualification.getQualifications();
 * }
 * ```
 */
export interface WebhookEvent {
  /** The `webhook-id`, the same on every attempt to deliver this notice: by it a receiver tells a repetition. */
  id: string;
  /** What happened: {@link WebhookEventName}, or a value that came later. */
  eventName: WebhookEventName | (string & {});
  /** The address of what changed: with `customer-qualification-updated`, the customer's qualifications. */
  resourceUri: string;
  /** The kind of what changed: `customer-qualification`. */
  resourceName: string;
  /** The address of the history of what changed. */
  auditUri?: string;
  /** When it changed: an ISO 8601 text in UTC. */
  resourceChangeUtcDate: string;
  /** The customer tenant id, where `resourceUri` is that of a customer's qualifications. */
  customerId?: string;
  /** Which qualification, where `auditUri` is that of a qualification's history. */
  qualification?: QualificationName | (string & {});
}
