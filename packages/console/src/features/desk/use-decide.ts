import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Review, ReviewDecision, ReviewDetails } from '@vetted/client';
import { useState } from 'react';
import { RequestIds } from '../../queries/request-ids.js';
import { useClient } from '../../session/session-context.js';

/** What a reviewer makes of a review. */
export type Change = ReviewDecision | { readonly decision: 'Reopened'; readonly reason: string };

/**
 * Sends a decision about the review as it was seen. Sent again after an answer that was lost, it decides once.
 */
export function useDecide(review: Review, onDecided: (decided: Review) => void) {
  const client = useClient();
  const queries = useQueryClient();
  const [ids] = useState(() => new RequestIds());
  const contentOf = (change: Change) => JSON.stringify([review.version, change]);
  return useMutation({
    mutationFn: (change: Change) => {
      const options = { ifVersion: review.version, ...ids.for(contentOf(change)) };
      return change.decision === 'Reopened'
        ? client.vetting.reviews.reopen(review.id, change.reason, options)
        : client.vetting.reviews.decide(review.id, change, options);
    },
    // Not in the call that sends: with the decision the form goes, and what was given to the call would not be called.
    onSuccess(decided) {
      queries.setQueryData<ReviewDetails>(['review', review.id], (known) => known && { ...known, ...decided });
      queries.invalidateQueries({ queryKey: ['review', review.id] });
      queries.invalidateQueries({ queryKey: ['reviews'] });
      onDecided(decided);
    },
    // Where another reviewer was faster, the outcome is shown, not the refusal: it is fetched first.
    onError(error, change) {
      ids.settle(contentOf(change), error);
      return Promise.all([
        queries.invalidateQueries({ queryKey: ['review', review.id] }),
        queries.invalidateQueries({ queryKey: ['reviews'] }),
      ]);
    },
  });
}
