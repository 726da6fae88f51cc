import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowLeftRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { isPartnerCenterError, type Review } from '@vetted/client';
import { useState } from 'react';
import { failureOf } from '../../queries/unreached.js';
import { useClient } from '../../session/session-context.js';
import { Empty } from '../../ui/empty.js';
import { Failure } from '../../ui/failure.js';
import { Loading } from '../../ui/loading.js';
import { type Action, useActions } from './actions.js';
import type { Drafts } from './draft.js';
import { OpenReview } from './open-review.js';
import { type Shortcuts, useShortcuts } from './shortcuts.js';

const REFRESH_IN_MS = 15_000;

const useStyles = makeStyles({
  panel: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  back: { justifySelf: 'start', marginLeft: `calc(-1 * ${tokens.spacingHorizontalS})` },
});

interface ReviewPanelProps {
  readonly reviewId: string;
  readonly drafts: Drafts;
  readonly areKeysOn: boolean;
  /** After a decision that was made here. */
  readonly onDecided: (review: Review) => void;
  /** On to the next review that waits. */
  readonly onNext: (review: Review) => void;
  /** Back to the queue. */
  readonly onClose: () => void;
}

/** The review that is open, and what a reviewer does with it. */
export function ReviewPanel({ reviewId, drafts, areKeysOn, onDecided, onNext, onClose }: ReviewPanelProps) {
  const styles = useStyles();
  const query = useReview(reviewId);
  const [action, setAction] = useState<Action>();
  const [lastAction, setLastAction] = useState<Action>();
  const actions = useActions(query.data);
  const shown = actions.find((possible) => possible === action);
  const choose = (next: Action | undefined) => {
    setAction(next);
    setLastAction(shown);
  };
  const decisions: Shortcuts = [
    ['a', () => choose('approve')],
    ['d', () => choose('deny')],
  ];
  useShortcuts(
    [
      ['Escape', () => (shown === undefined ? onClose() : choose(undefined))],
      ...(actions.includes('approve') ? decisions : []),
    ],
    areKeysOn,
  );
  return (
    <div className={styles.panel}>
      <Button className={styles.back} size="small" appearance="subtle" icon={<ArrowLeftRegular />} onClick={onClose}>
        Back to the queue
      </Button>
      {failureOf(query) && <ReviewFailure error={query.error} onRetry={() => query.refetch()} />}
      {query.isPending && <Loading label="Loading the review" />}
      {query.data !== undefined && (
        <OpenReview
          review={query.data}
          drafts={drafts}
          actions={actions}
          action={shown}
          lastAction={lastAction}
          onChoose={choose}
          onDecided={onDecided}
          onNext={onNext}
        />
      )}
    </div>
  );
}

function useReview(reviewId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['review', reviewId],
    queryFn: ({ signal }) => client.vetting.reviews.get(reviewId, { abortSignal: signal }),
    refetchInterval: REFRESH_IN_MS,
    networkMode: 'always',
  });
}

function ReviewFailure({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  // An id that is no GUID is refused as malformed: to a person both are reviews that are not there.
  const isUnknown = isPartnerCenterError(error) && (error.statusCode === 404 || error.statusCode === 400);
  return isUnknown ? (
    <Empty title="There is no such review">The address is wrong, or the partner is no longer active.</Empty>
  ) : (
    <Failure title="The review could not be loaded" error={error} onRetry={onRetry} />
  );
}
