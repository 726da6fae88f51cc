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
import { openedByPerson } from './location-state.js';
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
  const { reviewId } = useParams();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [areKeysOn, turnKeys] = useShortcutsSwitch();
  const desk = useDesk(reviewId);
  useShortcuts(
    [
      ['j', () => desk.list.current?.move(1)],
      ['k', () => desk.list.current?.move(-1)],
      ['Enter', () => desk.list.current?.open()],
      ['/', () => desk.search.current?.focus()],
      ['?', () => setHelpOpen(true)],
    ],
    areKeysOn,
  );
  const help = (
    <Button appearance="subtle" icon={<KeyboardRegular />} onClick={() => setHelpOpen(true)}>
      Keyboard shortcuts
    </Button>
  );
  return (
    <Page title="Vetting desk" actions={help}>
      <Decided review={desk.decided} queryText={desk.queryText} onDismiss={desk.dismiss} />
      <QueueAndReview reviewId={reviewId} desk={desk} areKeysOn={areKeysOn} />
      {isHelpOpen && (
        <Suspense>
          <ShortcutsHelp areKeysOn={areKeysOn} turnKeys={turnKeys} onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </Page>
  );
}

interface QueueAndReviewProps {
  readonly reviewId: string | undefined;
  readonly desk: Desk;
  readonly areKeysOn: boolean;
}

function QueueAndReview({ reviewId, desk, areKeysOn }: QueueAndReviewProps) {
  const styles = useStyles();
  const { queue, list, search, drafts, filters, setFilter, queryText } = desk;
  const isOpen = reviewId !== undefined;
  return (
    <div className={styles.desk}>
      <section aria-label="Queue" className={mergeClasses(styles.queue, isOpen && styles.behind)}>
        <QueueFilters filters={filters} setFilter={setFilter} search={search} />
        <QueueList
          ref={list}
          queue={queue}
          filters={filters}
          openId={reviewId}
          queryText={queryText}
          onOpen={desk.open}
        />
      </section>
      <section aria-label="Review" className={mergeClasses(styles.review, !isOpen && styles.behind)}>
        {isOpen ? (
          <ReviewPanel
            key={reviewId}
            reviewId={reviewId}
            drafts={drafts}
            areKeysOn={areKeysOn}
            onDecided={desk.tellAndGoOn}
            onNext={desk.goOn}
            onClose={desk.close}
          />
        ) : (
          <Empty title="No review is open">Choose one from the queue.</Empty>
        )}
      </section>
    </div>
  );
}

function useDesk(reviewId: string | undefined) {
  const navigate = useNavigate();
  const { filters, setFilter, queryText } = useDeskFilters();
  const queue = useQueue(filters);
  const list = useRef<QueueHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const [drafts] = useState<Drafts>(() => new Map());
  const [decided, setDecided] = useState<Review>();
  const lastReviewId = useRef(reviewId);
  useEffect(() => {
    if (reviewId === undefined && lastReviewId.current !== undefined) list.current?.focus();
    lastReviewId.current = reviewId;
  }, [reviewId]);

  const open = (id: string) => navigate(`/desk/${id}${queryText}`, { state: openedByPerson });
  const close = () => navigate(`/desk${queryText}`);
  const goOn = ({ id }: Review) => {
    const next = nextOpen(queue.rows, id);
    if (next === undefined) close();
    else open(next);
  };
  const tellAndGoOn = (review: Review) => {
    setDecided(review);
    drafts.delete(review.id);
    goOn(review);
  };
  const dismiss = () => setDecided(undefined);
  return {
    queue,
    list,
    search,
    drafts,
    filters,
    setFilter,
    queryText,
    decided,
    dismiss,
    open,
    close,
    goOn,
    tellAndGoOn,
  };
}

type Desk = ReturnType<typeof useDesk>;

/** The review that waits after this one, else the first that waits. */
function nextOpen(rows: readonly Review[], id: string): string | undefined {
  const index = rows.findIndex((row) => row.id === id);
  const others = [...rows.slice(index + 1), ...rows.slice(0, Math.max(index, 0))];
  return others.find((row) => row.status === 'InReview')?.id;
}
