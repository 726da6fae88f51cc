import { defaultRangeExtractor, measureElement, useVirtualizer } from '@tanstack/react-virtual';
import type { Review } from '@vetted/client';
import { useEffect, useRef } from 'react';
import { useKeptPlace } from './use-kept-place.js';
import type { Queue } from './use-queue.js';

const ROW_HEIGHT_IN_PX = 74;
/** How many rows before the end the next page is asked for. */
const ROWS_AHEAD = 15;

/** The rows in sight, which alone are in the page; scrolled near the end of what is known, the queue gets its next page. */
export function useVisibleRows({ query, rows }: Queue, activeIndex: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_IN_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    // At narrow widths an open review hides the queue; its rows keep the height that they had.
    measureElement: (row, entry, list) =>
      measureElement(row, entry, list) || list.measurementsCache[list.indexFromElement(row)]?.size || ROW_HEIGHT_IN_PX,
    overscan: 6,
    rangeExtractor: (range) => withRow(activeIndex, defaultRangeExtractor(range)),
    useFlushSync: false,
  });
  useKeptPlace(virtualizer, rows);
  const items = virtualizer.getVirtualItems();
  useNextPage(query, rows, items.at(-1)?.index ?? 0);
  return { scroller, virtualizer, items };
}

/** The row that the keyboard is at stays in the page, or the focus would be lost. */
function withRow(index: number, rows: readonly number[]): number[] {
  return index < 0 || rows.includes(index) ? [...rows] : [index, ...rows].sort((one, other) => one - other);
}

function useNextPage(query: Queue['query'], rows: readonly Review[], lastIndex: number): void {
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const isNear = lastIndex >= rows.length - ROWS_AHEAD;
  useEffect(() => {
    if (isNear && hasNextPage && !isFetching && !isFetchNextPageError) fetchNextPage();
  }, [isNear, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
}
