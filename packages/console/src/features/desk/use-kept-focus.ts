import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * The focus within a list of which only the rows in sight are in the page, and one row is in the tab order. Where the
 * row that has the focus leaves the list, the next active row gets it, or the heading where there is none.
 */
export function useKeptFocus(activeId: string | undefined, heading: RefObject<HTMLElement | null>) {
  const list = useRef<HTMLOListElement>(null);
  const isWanted = useRef(false);
  const before = useRef({ activeId, hadFocus: false });

  const focusActive = () => {
    const target =
      activeId === undefined ? heading.current : list.current?.querySelector<HTMLElement>('a[tabindex="0"]');
    target?.focus();
    // A row that has yet to come into the page gets the focus when it does.
    isWanted.current = target === null || target === undefined;
  };
  /** Whether the row is in the page already; otherwise it gets the focus once it is the active one and in the page. */
  const focusRow = (index: number): boolean => {
    if (list.current === null || list.current.offsetParent === null) return true;
    const row = list.current.querySelector<HTMLElement>(`[data-index="${index}"] a`);
    row?.focus();
    isWanted.current = row === null;
    return row !== null;
  };

  useLayoutEffect(() => {
    const hasNoFocus = document.activeElement === null || document.activeElement === document.body;
    const isLost = before.current.hadFocus && hasNoFocus && before.current.activeId !== activeId;
    if (isWanted.current || isLost) focusActive();
    const { activeElement } = document;
    before.current = { activeId, hadFocus: list.current?.contains(activeElement) ?? false };
  });
  return { list, focusActive, focusRow };
}
