import { Button, MessageBar, MessageBarBody, makeStyles, tokens, typographyStyles } from '@fluentui/react-components';
import { ArrowUndoRegular, CheckmarkRegular, DismissRegular } from '@fluentui/react-icons';
import type { Review, ReviewDetails } from '@vetted/client';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { useNow } from '../../session/service-clock.js';
import { useActorId } from '../../session/session-context.js';
import { StatusBadge } from '../../ui/qualification-badge.js';
import { TimeLeft } from '../../ui/time-left.js';
import { ActionForm } from './action-form.js';
import type { Action } from './actions.js';
import { type Drafts, emptyDraft } from './draft.js';
import { takesFocusOf } from './location-state.js';
import { Outcome } from './outcome.js';
import { Overtaken } from './overtaken.js';
import { ReviewFacts } from './review-facts.js';
import { ReviewHistory } from './review-history.js';

const useStyles = makeStyles({
  head: { display: 'grid', gap: tokens.spacingVerticalS },
  title: {
    ...typographyStyles.title3,
    margin: 0,
    overflowWrap: 'anywhere',
    ':focus': { outlineStyle: 'none' },
  },
  line: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
});

interface OpenReviewProps {
  readonly review: ReviewDetails;
  readonly drafts: Drafts;
  /** What may be done with the review. */
  readonly actions: readonly Action[];
  /** What is being done. */
  readonly action: Action | undefined;
  /** What was being done before: its button gets the focus back. */
  readonly lastAction: Action | undefined;
  readonly onChoose: (action: Action | undefined) => void;
  readonly onDecided: (review: Review) => void;
  readonly onNext: (review: Review) => void;
}

/** A review: what it is about, what may be done with it, and what has been. */
export function OpenReview({ review, drafts, actions, action, lastAction, ...on }: OpenReviewProps) {
  const [draft, setDraft] = useState(() => drafts.get(review.id) ?? emptyDraft);
  const isOvertaken = useOvertaken(review);
  return (
    <>
      <Head review={review} />
      <Overtaken review={isOvertaken ? review : undefined} onNext={() => on.onNext(review)} />
      {action === undefined ? (
        <Actions review={review} actions={actions} lastAction={lastAction} onChoose={on.onChoose} />
      ) : (
        <ActionForm
          key={action}
          action={action}
          review={review}
          draft={draft}
          onDraft={(written) => {
            drafts.set(review.id, written);
            setDraft(written);
          }}
          onDecided={on.onDecided}
          onCancel={() => on.onChoose(undefined)}
        />
      )}
      <Outcome review={review} />
      <ReviewFacts review={review} />
      <ReviewHistory review={review} />
    </>
  );
}

function Head({ review }: { readonly review: Review }) {
  const styles = useStyles();
  const now = useNow();
  const heading = useTitleFocus(review.status);
  return (
    <div className={styles.head}>
      <h2 ref={heading} tabIndex={-1} className={styles.title}>
        <bdi>{review.companyName}</bdi>
      </h2>
      <div className={styles.line}>
        <StatusBadge status={review.status} />
        {review.status === 'InReview' && <TimeLeft dueAt={review.dueAt} now={now} />}
      </div>
    </div>
  );
}

/** The title has the focus where a person opened the review here, and where what had it went with a change of status. */
function useTitleFocus(status: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { state } = useLocation();
  const [takesFocus] = useState(() => takesFocusOf(state));
  const [firstStatus] = useState(status);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  useEffect(() => {
    if (status !== firstStatus && document.activeElement === document.body) heading.current?.focus();
  }, [status, firstStatus]);
  return heading;
}

/** Whether somebody else changed the review after it was opened here. */
function useOvertaken({ version, decidedBy }: Review): boolean {
  const [versionAtOpening] = useState(version);
  const ownId = useActorId();
  return version !== versionAtOpening && decidedBy !== ownId;
}

type ActionsProps = Pick<OpenReviewProps, 'review' | 'actions' | 'lastAction' | 'onChoose'>;

const words: Readonly<Record<Action, string>> = { approve: 'Approve', deny: 'Deny', reopen: 'Take the approval back' };
const icons: Readonly<Record<Action, ReactElement>> = {
  approve: <CheckmarkRegular />,
  deny: <DismissRegular />,
  reopen: <ArrowUndoRegular />,
};

function Actions({ review, actions, lastAction, onChoose }: ActionsProps) {
  const styles = useStyles();
  const last = useRef<HTMLButtonElement>(null);
  const ownId = useActorId();
  useEffect(() => last.current?.focus(), []);
  if (review.status === 'InReview' && review.submittedBy === ownId) {
    return (
      <MessageBar layout="multiline">
        <MessageBarBody>You submitted this request. Another reviewer has to decide it.</MessageBarBody>
      </MessageBar>
    );
  }
  return (
    actions.length > 0 && (
      <div className={styles.line}>
        {actions.map((action) => (
          <Button
            key={action}
            ref={(button: HTMLButtonElement | null) => {
              if (action === lastAction) last.current = button;
            }}
            appearance={action === 'approve' ? 'primary' : 'secondary'}
            icon={icons[action]}
            onClick={() => onChoose(action)}
          >
            {words[action]}
          </Button>
        ))}
      </div>
    )
  );
}
