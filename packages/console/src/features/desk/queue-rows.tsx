import { makeStyles, Spinner, tokens } from '@fluentui/react-components';
import type { Ref, RefObject } from 'react';
import { useNow } from '../../session/service-clock.js';
import { coveredFoot } from '../../ui/covered-foot.js';
import { Failure } from '../../ui/failure.js';
import { QueueRow } from './queue-row.js';
import type { Queue } from './use-queue.js';
import { type QueueHandle, useRowKeys } from './use-row-keys.js';
import { useVisibleRows } from './use-visible-rows.js';

const useStyles = makeStyles({
  scroller: {
    overflowY: 'auto',
    maxHeight: `max(20rem, calc(100dvh - 21rem - ${coveredFoot}))`,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  list: { position: 'relative', listStyleType: 'none', margin: 0, padding: 0 },
});

interface QueueRowsProps {
  readonly ref: Ref<QueueHandle>;
  readonly queue: Queue;
  /** Gets the focus where there is no row to have it. */
  readonly heading: RefObject<HTMLHeadingElement | null>;
  readonly openId: string | undefined;
  readonly queryText: string;
  readonly onOpen: (reviewId: string) => void;
}

/** The rows of the queue, as far as they are in sight. */
export function QueueRows({ queue, openId, queryText, ...keys }: QueueRowsProps) {
  const styles = useStyles();
  const now = useNow();
  const { query, rows, totalCount } = queue;
  const { list, activeIndex, activate, onKeyDown } = useRowKeys({ ...keys, rows, openId });
  const { scroller, virtualizer, items } = useVisibleRows(queue, activeIndex);
  const shown = items.flatMap(({ index, start }) => {
    const review = rows[index];
    return review === undefined ? [] : [{ review, index, start }];
  });
  return (
    <div ref={scroller} className={styles.scroller} hidden={rows.length === 0}>
      <ol ref={list} className={styles.list} style={{ height: virtualizer.getTotalSize() }} onKeyDown={onKeyDown}>
        {shown.map((row) => (
          <QueueRow
            key={row.review.id}
            ref={virtualizer.measureElement}
            {...row}
            count={totalCount}
            now={now}
            isActive={row.index === activeIndex}
            isOpen={row.review.id === openId}
            queryText={queryText}
            onFocus={() => activate(row.index)}
          />
        ))}
      </ol>
      {query.isFetchingNextPage && <Spinner size="tiny" label="Loading more" aria-label="Loading more" delay={300} />}
      {query.isFetchNextPageError && (
        <Failure title="More could not be loaded" error={query.error} onRetry={() => query.fetchNextPage()} />
      )}
    </div>
  );
}
