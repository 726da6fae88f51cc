import type { DenialCode, EducationSegment, QualificationName } from '@vetted/contract';

/** What a policy is asked about: a request for a qualification that is vetted. */
export interface VettingRequest {
  readonly partnerId: string;
  /** The customer tenant id. */
  readonly customerId: string;
  readonly companyName: string;
  /** The customer's default domain. */
  readonly domain: string;
  readonly qualification: QualificationName;
  readonly educationSegment?: EducationSegment;
  /** As the partner wrote it. */
  readonly website?: string;
  /** 1 to 3. */
  readonly attempt: number;
  /** UTC, ISO 8601. */
  readonly submittedAt: string;
}

/** What a policy decides: `refer` leaves the request to the reviewers. */
export type PolicyVerdict =
  | { readonly decision: 'approve' }
  | {
      readonly decision: 'deny';
      readonly reasonCode: DenialCode;
      /** What the partner is told; the documented text of the code when absent. Required with `Other`. */
      readonly reason?: string;
    }
  | { readonly decision: 'refer' };

/**
 * Decides new requests before a reviewer sees them. It is asked in the background, never inside the request, at least
 * once for each; a policy that throws, answers something else, or takes longer than 30 seconds refers.
 * @example
 * ```ts
 * import type { VettingPolicy } from '@vetted/service';
 *
 * export const ownSchools: VettingPolicy = {
 *   decide: ({ domain }) => ({ decision: domain.endsWith('.schools.example.org') ? 'approve' : 'refer' }),
 * };
 * ```
 */
export interface VettingPolicy {
  decide(
    request: VettingRequest,
    options: { readonly abortSignal: AbortSignal },
  ): PolicyVerdict | Promise<PolicyVerdict>;
}
