import { makeStyles, Spinner, Text, tokens, typographyStyles } from '@fluentui/react-components';
import { defaultRangeExtractor, measureElement, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type Ref, type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import { useNow } from '../../session/service-clock.js';
import { Empty } from '../../ui/empty.js';
import { Failure } from '../../ui/failure.js';
import { Loading } from '../../ui/loading.js';
import { QueueRow } from './queue-row.js';
import { useActiveRow } from './use-active-row.js';
import type { DeskFilters } from './use-desk-filters.js';
import { useKeptFocus } from './use-kept-focus.js';
import { useKeptPlace } from './use-kept-place.js';
import type { Queue } from './use-queue.js';

const ROW_HEIGHT_IN_PX = 92;
/** How many rows before the end the next page is asked for. */
const ROWS_AHEAD = 15;

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
  scroller: {
    overflowY: 'auto',
    maxHeight: 'max(20rem, calc(100dvh - 21rem))',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  list: { position: 'relative', listStyleType: 'none', margin: 0, padding: 0 },
});

/** What the keys do to the queue from anywhere on the page. */
export interface QueueListHandle {
  /** Moves the focus by rows. */
  move(by: number): void;
  /** Opens the row that the keyboard is at. */
  open(): void;
  focus(): void;
}

interface QueueListProps {
  readonly ref: Ref<QueueListHandle>;
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
      {query.isError && !query.isFetchNextPageError && (
        <Failure
          title={isInitial ? 'The queue could not be loaded' : 'The queue could not be brought up to date'}
          error={query.error}
          onRetry={() => query.refetch()}
        />
      )}
      {isInitial && query.isPending && <Loading label="Loading the queue" />}
      {!isInitial && rows.length === 0 && <NothingWaits filters={filters} />}
      <Rows queue={queue} heading={heading} {...props} />
    </div>
  );
}

function countWords(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'review' : 'reviews'}`;
}

function NothingWaits({ filters: { status, qualification, search } }: { readonly filters: DeskFilters }) {
  const isWholeQueue = status === 'InReview' && qualification === undefined && search === undefined;
  return isWholeQueue ? (
    <Empty title="Nothing waits">A request that has to be vetted appears here by itself.</Empty>
  ) : (
    <Empty title="No review matches">Change the search or the filters.</Empty>
  );
}

interface RowsProps extends Omit<QueueListProps, 'filters'> {
  /** Gets the focus where there is no row to have it. */
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

function Rows({ ref, queue, heading, openId, queryText, onOpen }: RowsProps) {
  const styles = useStyles();
  const now = useNow();
  const { query, rows, totalCount } = queue;
  const scroller = useRef<HTMLDivElement>(null);
  const { index: activeIndex, activate } = useActiveRow(rows, openId);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_IN_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    // At narrow widths an open review hides the queue; its rows keep the height that they had.
    measureElement: (row, entry, list) =>
      measureElement(row, entry, list) || list.measurementsCache[list.indexFromElement(row)]?.size || ROW_HEIGHT_IN_PX,
    overscan: 6,
    // The row that the keyboard is at stays in the page, or the focus would be lost.
    rangeExtractor: (range) => [...new Set([activeIndex, ...defaultRangeExtractor(range)])].filter((row) => row >= 0),
    useFlushSync: false,
  });
  useKeptPlace(virtualizer, rows);
  const { list, focusActive, focusRow } = useKeptFocus(rows[activeIndex]?.id, heading);
  const move = (target: number) => {
    const index = Math.min(Math.max(target, 0), rows.length - 1);
    if (!focusRow(index)) activate(index);
  };
  useImperativeHandle(ref, () => ({
    move(by) {
      const isBegun = openId !== undefined || list.current?.contains(document.activeElement);
      move(isBegun ? activeIndex + by : activeIndex);
    },
    open: () => rows[activeIndex] && onOpen(rows[activeIndex].id),
    focus: focusActive,
  }));
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    const isNear = lastIndex >= rows.length - ROWS_AHEAD;
    if (isNear && hasNextPage && !isFetching && !isFetchNextPageError) fetchNextPage();
  }, [lastIndex, rows.length, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    move(target);
  };
  return (
    <div ref={scroller} className={styles.scroller} hidden={rows.length === 0}>
      <ol ref={list} className={styles.list} style={{ height: virtualizer.getTotalSize() }} onKeyDown={onKeyDown}>
        {items.map(({ index, start }) => {
          const review = rows[index];
          return (
            review !== undefined && (
              <QueueRow
                key={review.id}
                ref={virtualizer.measureElement}
                review={review}
                index={index}
                start={start}
                count={totalCount}
                now={now}
                isActive={index === activeIndex}
                isOpen={review.id === openId}
                queryText={queryText}
                onFocus={() => activate(index)}
              />
            )
          );
        })}
      </ol>
      {query.isFetchingNextPage && <Spinner size="tiny" label="Loading more" delay={300} />}
      {isFetchNextPageError && (
        <Failure title="More could not be loaded" error={query.error} onRetry={() => fetchNextPage()} />
      )}
    </div>
  );
}
