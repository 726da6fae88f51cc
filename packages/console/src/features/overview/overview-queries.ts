import { useQueries, useQuery } from '@tanstack/react-query';
import type { CustomerAttention, CustomerWithQualifications, PartnerCenterClient } from '@vetted/client';
import { progressQuery } from '../../queries/customer-queries.js';
import { useClient } from '../../session/session-context.js';

/** How many customers that need attention are listed before "Show all". */
const SHOWN = 5;

/** Customers that need attention: the first few by name, and how many there are. */
export interface AttentionList {
  readonly customers: readonly CustomerWithQualifications[];
  readonly totalCount: number;
}

export function useSummary() {
  const client = useClient();
  return useQuery({
    queryKey: ['summary'],
    queryFn: ({ signal }) => client.vetting.getSummary({ abortSignal: signal }),
  });
}

export function useAttention(kind: CustomerAttention) {
  const client = useClient();
  return useQuery({
    queryKey: ['attention', kind],
    queryFn: ({ signal }) => firstOf(client, kind, signal),
  });
}

/** When the decisions that these customers wait for were due, in their order; undefined until it is known. */
export function useDueDates(customers: readonly CustomerWithQualifications[]): readonly (string | undefined)[] {
  const client = useClient();
  const progress = useQueries({
    queries: customers.map(({ customer, qualifications }) => {
      const waiting = qualifications.find(({ vettingStatus }) => vettingStatus === 'InReview');
      return progressQuery(client, customer.id, waiting?.qualification ?? 'Education');
    }),
  });
  return progress.map(({ data }) => data?.dueAt);
}

async function firstOf(
  client: PartnerCenterClient,
  attention: CustomerAttention,
  abortSignal: AbortSignal,
): Promise<AttentionList> {
  const pages = client.vetting.listCustomers({ attention, pageSize: SHOWN, abortSignal }).byPage();
  for await (const page of pages) return { customers: [...page], totalCount: page.totalCount ?? page.length };
  return { customers: [], totalCount: 0 };
}
