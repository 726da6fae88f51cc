import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'react-router';

/** Where a person was in a list when they left it. */
interface Place {
  /** The row that they followed; undefined where they have not been here before. */
  readonly row: number | undefined;
  /** Remembers the row for when they come back. */
  readonly leaveAt: (row: number) => void;
}

/** The place belongs to one entry of the browser's history, and is kept as long as the rows themselves are. */
export function usePlace(): Place {
  const queries = useQueryClient();
  const { key } = useLocation();
  const queryKey = ['customers-place', key];
  return {
    row: queries.getQueryData<number>(queryKey),
    leaveAt: (row) => queries.setQueryData(queryKey, row),
  };
}
