import type { Virtualizer } from '@tanstack/react-virtual';
import type { Review } from '@vetted/client';
import { useEffectEvent, useLayoutEffect, useRef } from 'react';

/** Keeps what a person looks at where it is on the screen when rows come and go above it. */
export function useKeptPlace(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  rows: readonly Pick<Review, 'id'>[],
): void {
  const anchor = useRef<{ readonly id: string; readonly start: number }>(undefined);
  const scrolled = virtualizer.scrollOffset ?? 0;
  const items = virtualizer.getVirtualItems();
  const keepPlace = useEffectEvent((changed: typeof rows) => {
    const { id, start: before } = anchor.current ?? {};
    const after = virtualizer.measurementsCache[changed.findIndex((row) => row.id === id)]?.start;
    if (scrolled > 0 && before !== undefined && after !== undefined && after !== before) {
      virtualizer.scrollToOffset(scrolled + after - before);
    }
  });
  // New rows only: the reader's own scrolling is left alone.
  useLayoutEffect(() => keepPlace(rows), [rows]);
  useLayoutEffect(() => {
    const first = items.find(({ end }) => end > scrolled);
    const row = first && rows[first.index];
    anchor.current = row && { id: row.id, start: first.start };
  });
}
