import type { Review } from '@vetted/client';
import { useActorId } from '../../session/session-context.js';

/** What a reviewer can do with a review. */
export type Action = 'approve' | 'deny' | 'reopen';

/** What may be done: nobody decides what they submitted themselves, and only an approval can be taken back. */
export function useActions(review: Review | undefined): readonly Action[] {
  const ownId = useActorId();
  if (review === undefined || review.submittedBy === ownId) return [];
  if (review.status === 'InReview') return ['approve', 'deny'];
  return review.status === 'Approved' ? ['reopen'] : [];
}
