import type { EducationSegment, QualificationName, VettingStatus } from '@vetted/contract';

/** What the wire shows of a customer's qualification. */
export interface PublishedVetting {
  readonly qualification: QualificationName;
  /** Absent for StateOwnedEntity, which nobody vets. */
  readonly vettingStatus?: VettingStatus;
  readonly vettingReason?: string;
  /** Kept to the letter as it was given. */
  readonly vettingCreatedDate?: string;
}

/** A customer's qualification as the service holds it: what the wire shows, and what the rules need to know. */
export interface Vetting extends PublishedVetting {
  /** How many times it was requested. */
  readonly attempts: number;
  readonly educationSegment?: EducationSegment;
  readonly website?: string;
  /** The validation code that a GovernmentCommunityCloud qualification used. */
  readonly validationCodeId?: string;
}
