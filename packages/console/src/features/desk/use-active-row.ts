import type { Review } from '@vetted/client';
import { useState } from 'react';

/**
 * The row that the keyboard is at. It stays with its review while the queue changes around it; where the review leaves
 * the queue, the one that takes its place is next.
 */
export function useActiveRow(rows: readonly Review[], openId: string | undefined) {
  const [active, setActive] = useState({ id: openId, index: 0 });
  const [lastOpenId, setLastOpenId] = useState(openId);
  const found = rows.findIndex(({ id }) => id === active.id);
  const index = found >= 0 ? found : Math.min(active.index, rows.length - 1);
  if (openId !== lastOpenId) {
    setLastOpenId(openId);
    if (openId !== undefined) setActive({ id: openId, index: Math.max(index, 0) });
  } else if (found >= 0 && found !== active.index) {
    setActive({ id: active.id, index: found });
  }
  const activate = (next: number) => {
    const row = rows[next];
    if (row !== undefined) setActive({ id: row.id, index: next });
  };
  return { index, activate };
}
