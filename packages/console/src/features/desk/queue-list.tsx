import { makeStyles, Text, tokens, typographyStyles } from '@fluentui/react-components';
import { type Ref, useRef } from 'react';
import { failureOf } from '../../queries/unreached.js';
import { Empty } from '../../ui/empty.js';
import { Failure } from '../../ui/failure.js';
import { Loading } from '../../ui/loading.js';
import { QueueRows } from './queue-rows.js';
import type { DeskFilters } from './use-desk-filters.js';
import type { Queue } from './use-queue.js';
import type { QueueHandle } from './use-row-keys.js';

const useStyles = makeStyles({
  queue: { display: 'grid', gap: tokens.spacingVerticalS },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    alignItems: 'baseline',
    gap: tokens.spacingHorizontalS,
  },
  title: { ...typographyStyles.subtitle2, margin: 0, ':focus': { outlineStyle: 'none' } },
  count: { color: tokens.colorNeutralForeground2 },
});

interface QueueListProps {
  readonly ref: Ref<QueueHandle>;
  readonly queue: Queue;
  readonly filters: DeskFilters;
  readonly openId: string | undefined;
  readonly queryText: string;
  readonly onOpen: (reviewId: string) => void;
}

/** The reviews that match, and how many there are. */
export function QueueList({ queue, filters, ...props }: QueueListProps) {
  const styles = useStyles();
  const { query, rows, totalCount } = queue;
  const heading = useRef<HTMLHeadingElement>(null);
  const isInitial = query.data === undefined;
  return (
    <div className={styles.queue}>
      <div className={styles.head}>
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          Queue
        </h2>
        <Text role="status" size={200} className={styles.count}>
          {totalCount === undefined ? '' : countWords(totalCount)}
        </Text>
      </div>
      {failureOf(query) && !query.isFetchNextPageError && (
        <Failure
          title={isInitial ? 'The queue could not be loaded' : 'The queue could not be brought up to date'}
          error={query.error}
          onRetry={() => query.refetch()}
        />
      )}
      {isInitial && query.isPending && <Loading label="Loading the queue" />}
      {!isInitial && rows.length === 0 && <NothingWaits filters={filters} />}
      <QueueRows queue={queue} heading={heading} {...props} />
    </div>
  );
}

function countWords(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'review' : 'reviews'}`;
}

function NothingWaits({ filters: { status, search } }: { readonly filters: DeskFilters }) {
  const isWholeQueue = status === 'InReview' && search === undefined;
  return isWholeQueue ? (
    <Empty title="Nothing waits">A request that has to be vetted appears here by itself.</Empty>
  ) : (
    <Empty title="No review matches">Change the search or the filters.</Empty>
  );
}
