import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { KeyboardRegular } from '@fluentui/react-icons';
import type { Review } from '@vetted/client';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { Empty } from '../../ui/empty.js';
import { lazyPart } from '../../ui/lazy-part.js';
import { Page } from '../../ui/page.js';
import { Decided } from './decided.js';
import type { Drafts } from './draft.js';
import { QueueFilters } from './queue-filters.js';
import { QueueList } from './queue-list.js';
import { ReviewPanel } from './review-panel.js';
import { useShortcuts, useShortcutsSwitch } from './shortcuts.js';
import { useDeskFilters } from './use-desk-filters.js';
import { useQueue } from './use-queue.js';
import type { QueueHandle } from './use-row-keys.js';

const ShortcutsHelp = lazyPart(async () => (await import('./shortcuts-help.js')).ShortcutsHelp);

/** Below this width the review takes the place of the queue. */
const NARROW = '@media (max-width: 60rem)';

const useStyles = makeStyles({
  desk: {
    display: 'grid',
    gridTemplateColumns: 'minmax(20rem, 26rem) minmax(0, 1fr)',
    gap: tokens.spacingHorizontalXL,
    alignItems: 'start',
    [NARROW]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  queue: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    alignContent: 'start',
    minWidth: 0,
    position: 'sticky',
    top: tokens.spacingVerticalL,
    [NARROW]: { position: 'static' },
  },
  review: { minWidth: 0 },
  behind: { [NARROW]: { display: 'none' } },
});

/** The vetting desk: the queue, and beside it the review that is open. */
export function DeskPage() {
  const styles = useStyles();
  const { reviewId } = useParams();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [areKeysOn, turnKeys] = useShortcutsSwitch();
  const { queue, list, search, drafts, filters, setFilter, queryText, decided, setDecided, next, open, close } =
    useDesk(reviewId);
  useShortcuts(
    [
      ['j', () => list.current?.move(1)],
      ['k', () => list.current?.move(-1)],
      ['Enter', () => list.current?.open()],
      ['/', () => search.current?.focus()],
      ['?', () => setHelpOpen(true)],
    ],
    areKeysOn,
  );
  return (
    <Page
      title="Vetting desk"
      actions={
        <Button appearance="subtle" icon={<KeyboardRegular />} onClick={() => setHelpOpen(true)}>
          Keyboard shortcuts
        </Button>
      }
    >
      <Decided review={decided} queryText={queryText} onDismiss={() => setDecided(undefined)} />
      <div className={styles.desk}>
        <section aria-label="Queue" className={mergeClasses(styles.queue, reviewId !== undefined && styles.behind)}>
          <QueueFilters filters={filters} setFilter={setFilter} search={search} />
          <QueueList ref={list} queue={queue} filters={filters} openId={reviewId} queryText={queryText} onOpen={open} />
        </section>
        <section aria-label="Review" className={mergeClasses(styles.review, reviewId === undefined && styles.behind)}>
          {reviewId === undefined ? (
            <Empty title="No review is open">Choose one from the queue.</Empty>
          ) : (
            <ReviewPanel
              key={reviewId}
              reviewId={reviewId}
              drafts={drafts.current}
              areKeysOn={areKeysOn}
              onDecided={(review) => next(review, true)}
              onNext={next}
              onClose={close}
            />
          )}
        </section>
      </div>
      {isHelpOpen && (
        <Suspense>
          <ShortcutsHelp areKeysOn={areKeysOn} turnKeys={turnKeys} onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </Page>
  );
}

/** What a review is opened with, so that the focus follows the person's wish and is left alone otherwise. */
export interface ReviewLocationState {
  readonly takesFocus: boolean;
}

function useDesk(reviewId: string | undefined) {
  const navigate = useNavigate();
  const { filters, setFilter, queryText } = useDeskFilters();
  const queue = useQueue(filters);
  const list = useRef<QueueHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const drafts = useRef<Drafts>(new Map());
  const [decided, setDecided] = useState<Review>();
  const lastReviewId = useRef(reviewId);
  useEffect(() => {
    if (reviewId === undefined && lastReviewId.current !== undefined) list.current?.focus();
    lastReviewId.current = reviewId;
  }, [reviewId]);

  const open = (id: string) =>
    navigate(`/desk/${id}${queryText}`, { state: { takesFocus: true } satisfies ReviewLocationState });
  const close = () => navigate(`/desk${queryText}`);
  const next = (review: Review, isDecidedHere = false) => {
    if (isDecidedHere) {
      setDecided(review);
      drafts.current.delete(review.id);
    }
    const id = nextOpen(queue.rows, review.id);
    if (id === undefined) close();
    else open(id);
  };
  return { queue, list, search, drafts, filters, setFilter, queryText, decided, setDecided, next, open, close };
}

/** The review that waits after this one, else the first that waits. */
function nextOpen(rows: readonly Review[], id: string): string | undefined {
  const index = rows.findIndex((row) => row.id === id);
  const others = [...rows.slice(index + 1), ...rows.slice(0, Math.max(index, 0))];
  return others.find((row) => row.status === 'InReview')?.id;
}
