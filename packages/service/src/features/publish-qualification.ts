import type { Qualification } from '@vetted/contract';
import type { PublishedVetting } from '../domain/vetting.js';

/** The wire has two spellings of the date; both are sent. Assigned member by member: this is the hot path. */
export function publish(vetting: PublishedVetting): Qualification {
  const qualification: Qualification = { qualification: vetting.qualification };
  if (vetting.vettingStatus !== undefined) qualification.vettingStatus = vetting.vettingStatus;
  if (vetting.vettingReason !== undefined) qualification.vettingReason = vetting.vettingReason;
  if (vetting.vettingCreatedDate !== undefined) {
    qualification.vettingCreatedDate = vetting.vettingCreatedDate;
    qualification.vettingCreateDate = vetting.vettingCreatedDate;
  }
  return qualification;
}
