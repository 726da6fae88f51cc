import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { PartnerCenterClient, Review } from '@vetted/client';
import { useMemo } from 'react';
import { useClient } from '../../session/session-context.js';
import type { DeskFilters } from './use-desk-filters.js';

const PAGE_SIZE = 50;
const REFRESH_IN_MS = 15_000;
/** Every page that was scrolled to is asked for again at a refresh; a reviewer far down the queue refreshes less often. */
const PAGES_A_REFRESH = 4;

interface Page {
  readonly items: readonly Review[];
  readonly totalCount: number | undefined;
  readonly continuationToken: string | undefined;
}

/** The reviews that match, as far as they have been scrolled to; kept fresh while the page is visible. */
export function useQueue(filters: DeskFilters) {
  const client = useClient();
  const query = useInfiniteQuery({
    queryKey: ['reviews', filters],
    queryFn: ({ pageParam, signal }) => fetchPage(client, filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ continuationToken }: Page) => continuationToken,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => REFRESH_IN_MS * Math.ceil((state.data?.pages.length ?? 1) / PAGES_A_REFRESH),
    networkMode: 'always',
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => rowsOf(pages ?? []), [pages]);
  return { query, rows, totalCount: pages?.at(-1)?.totalCount };
}

export type Queue = ReturnType<typeof useQueue>;

async function fetchPage(
  client: PartnerCenterClient,
  filters: DeskFilters,
  continuationToken: string | undefined,
  abortSignal: AbortSignal,
): Promise<Page> {
  const sort = filters.status === 'InReview' ? 'dueAt' : '-submittedAt';
  const pages = client.vetting.reviews
    .list({ ...filters, sort, abortSignal })
    .byPage({ maxPageSize: PAGE_SIZE, ...(continuationToken !== undefined && { continuationToken }) });
  const { value, done } = await pages.next();
  if (done) return { items: [], totalCount: 0, continuationToken: undefined };
  return { items: [...value], totalCount: value.totalCount, continuationToken: value.continuationToken };
}

/** A review that moved between two pages while they were fetched stands once. */
function rowsOf(pages: readonly Page[]): readonly Review[] {
  return [...new Map(pages.flatMap(({ items }) => items).map((review) => [review.id, review])).values()];
}
