import type { Review } from '@vetted/client';
import { type KeyboardEvent, type Ref, type RefObject, useImperativeHandle } from 'react';
import { useActiveRow } from './use-active-row.js';
import { useKeptFocus } from './use-kept-focus.js';

/** What the keys do to the queue from anywhere on the page. */
export interface QueueHandle {
  /** Moves the focus by rows; to the first one where the keyboard has not been at the queue. */
  move(by: number): void;
  /** Opens the row that the keyboard is at. */
  open(): void;
  focus(): void;
}

interface RowKeysOptions {
  readonly ref: Ref<QueueHandle>;
  readonly rows: readonly Review[];
  readonly openId: string | undefined;
  /** Gets the focus where there is no row to have it. */
  readonly heading: RefObject<HTMLHeadingElement | null>;
  readonly onOpen: (reviewId: string) => void;
}

/** The rows by keyboard: one is in the tab order, and keys move from it to the others. */
export function useRowKeys({ ref, rows, openId, heading, onOpen }: RowKeysOptions) {
  const { index: activeIndex, activate } = useActiveRow(rows, openId);
  const active = rows[activeIndex];
  const { list, focusActive, focusRow } = useKeptFocus(active?.id, heading);
  const move = (target: number) => {
    const index = Math.min(Math.max(target, 0), rows.length - 1);
    if (!focusRow(index)) activate(index);
  };
  useImperativeHandle(ref, () => ({
    move(by) {
      const isBegun = openId !== undefined || list.current?.contains(document.activeElement);
      move(isBegun ? activeIndex + by : activeIndex);
    },
    open: () => active && onOpen(active.id),
    focus: focusActive,
  }));
  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    move(target);
  };
  return { list, activeIndex, activate, onKeyDown };
}
