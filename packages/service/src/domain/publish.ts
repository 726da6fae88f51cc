import type { Qualification } from '@vetted/contract';
import type { PublishedVetting } from './vetting.js';

/** The wire has two spellings of the date; both are sent. */
export function publish(vetting: PublishedVetting): Qualification {
  const { qualification, vettingStatus, vettingReason, vettingCreatedDate } = vetting;
  return {
    qualification,
    ...(vettingStatus !== undefined && { vettingStatus }),
    ...(vettingReason !== undefined && { vettingReason }),
    ...(vettingCreatedDate !== undefined && { vettingCreatedDate, vettingCreateDate: vettingCreatedDate }),
  };
}
