import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { CustomerWithQualifications, PartnerCenterClient } from '@vetted/client';
import { useClient } from '../../session/session-context.js';
import type { CustomerFilters } from './customer-filters.js';

const PAGE_SIZE = 100;
const STALE_AFTER_IN_MS = 60_000;

interface CustomersPageData {
  readonly items: readonly CustomerWithQualifications[];
  readonly totalCount: number;
  readonly continuationToken: string | undefined;
}

interface PageRequest {
  readonly filters: CustomerFilters;
  readonly continuationToken: string | undefined;
  readonly abortSignal: AbortSignal;
}

/** The customers that match, page after page. What was shown before stays until the first page is here. */
export function useCustomers(filters: CustomerFilters) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: ['customers', filters],
    queryFn: ({ pageParam: continuationToken, signal: abortSignal }) =>
      readPage(client, { filters, continuationToken, abortSignal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ continuationToken }) => continuationToken,
    placeholderData: keepPreviousData,
    // To ask anew is to fetch every page again that a person has scrolled through; changes are told meanwhile.
    staleTime: STALE_AFTER_IN_MS,
    refetchOnWindowFocus: false,
  });
}

/** A page as a plain object: the client's array carries what the query's cache would not copy. */
async function readPage(
  client: PartnerCenterClient,
  { filters, continuationToken, abortSignal }: PageRequest,
): Promise<CustomersPageData> {
  const pages = client.vetting
    .listCustomers({ ...filters, pageSize: PAGE_SIZE, abortSignal })
    .byPage(continuationToken === undefined ? {} : { continuationToken });
  const { value: page } = await pages.next();
  return {
    items: [...(page ?? [])],
    totalCount: page?.totalCount ?? 0,
    continuationToken: page?.continuationToken,
  };
}
