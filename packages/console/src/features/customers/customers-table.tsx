import { makeStyles, Table, TableBody, TableHeader, TableHeaderCell, TableRow } from '@fluentui/react-components';
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import type { CustomerWithQualifications } from '@vetted/client';
import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useLocation } from 'react-router';
import { CustomerRow } from './customer-row.js';
import { useRowStyles } from './row-styles.js';
import { usePlace } from './use-place.js';

/** A row's height before it is measured. */
const ESTIMATED_ROW_HEIGHT = 45;
/** Rows that are rendered beyond what is seen, on either side. */
const OVERSCAN = 8;
/** The next page is asked for when so few rows are left to scroll through. */
const ROWS_LEFT = 30;
/** The row of the headings counts as the first. */
const HEADING_ROWS = 1;

const useStyles = makeStyles({
  body: { position: 'relative' },
});

interface CustomersTableProps {
  readonly pages: readonly { readonly items: readonly CustomerWithQualifications[]; readonly totalCount: number }[];
  /** Called when the last rows come near; absent where there is nothing to fetch, or not now. */
  readonly onNearEnd: (() => void) | undefined;
}

/** The rows that are seen, of however many there are. */
export function CustomersTable({ pages, onNearEnd }: CustomersTableProps) {
  const styles = useStyles();
  const rowStyles = useRowStyles();
  const { search } = useLocation();
  const rows = useMemo(() => pages.flatMap(({ items }) => items), [pages]);
  const place = usePlace();
  const { virtualizer, setBody, setFocused } = useRowsInView(rows.length, place.row);
  const seen = virtualizer.getVirtualItems();
  const isNearEnd = (virtualizer.range?.endIndex ?? 0) >= rows.length - ROWS_LEFT;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, onNearEnd]);
  return (
    <Table noNativeElements aria-label="Customers" aria-rowcount={(pages.at(-1)?.totalCount ?? 0) + HEADING_ROWS}>
      <TableHeader className={rowStyles.headings}>
        <TableRow className={rowStyles.columns} aria-rowindex={1}>
          {['Company name', 'Domain', 'Country', 'Qualifications'].map((name) => (
            <TableHeaderCell key={name}>{name}</TableHeaderCell>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody
        ref={setBody}
        className={styles.body}
        style={{ height: virtualizer.getTotalSize() }}
        onBlur={() => setFocused(undefined)}
      >
        {seen.map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              <CustomerRow
                key={index}
                ref={virtualizer.measureElement}
                row={row}
                index={index}
                rowIndex={index + 1 + HEADING_ROWS}
                top={start - virtualizer.options.scrollMargin}
                listSearch={search}
                onFocus={setFocused}
                onFollow={place.leaveAt}
              />
            )
          );
        })}
      </TableBody>
    </Table>
  );
}

/**
 * Tells which rows the window shows. The one with the focus is kept, wherever it is, or the focus would be lost. At first
 * that is the row to return to.
 */
function useRowsInView(count: number, returnTo: number | undefined) {
  const [body, setBody] = useState<HTMLElement | null>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const [focused, setFocused] = useState(returnTo);
  useLayoutEffect(() => {
    if (body) setScrollMargin(body.getBoundingClientRect().top + window.scrollY);
  });
  useEffect(() => {
    if (body === null || returnTo === undefined) return;
    // The page takes the focus for its heading first.
    const frame = requestAnimationFrame(() => {
      body.querySelector<HTMLElement>(`[data-index="${returnTo}"] a`)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [body, returnTo]);
  const virtualizer = useWindowVirtualizer({
    count,
    scrollMargin,
    overscan: OVERSCAN,
    estimateSize: () => ESTIMATED_ROW_HEIGHT,
    rangeExtractor: (range) => withRow(range, focused),
  });
  return { virtualizer, setBody, setFocused };
}

function withRow(range: Range, row: number | undefined): number[] {
  const indexes = defaultRangeExtractor(range);
  if (row === undefined || row >= range.count || indexes.includes(row)) return indexes;
  return [...indexes, row].sort((one, other) => one - other);
}
