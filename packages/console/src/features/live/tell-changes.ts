import type { QueryClient } from '@tanstack/react-query';
import type { PartnerCenterClient, QualificationChange } from '@vetted/client';
import { changeWords } from './change-words.js';
import type { Notice } from './notices.js';
import { isOwnRequest } from './refresh.js';

/** Of more changes at a time only their number is told. */
const MOST_TOLD_SINGLY = 3;

interface TellOptions {
  readonly client: PartnerCenterClient;
  readonly queries: QueryClient;
  readonly notify: (notice: Notice) => void;
}

/** Tells a person of changes that they have not just made themselves. */
export async function tellChanges(changes: readonly QualificationChange[], options: TellOptions): Promise<void> {
  const { queries, notify } = options;
  const news = changes.filter(({ correlationId }) => !isOwnRequest(queries, correlationId));
  if (news.length > MOST_TOLD_SINGLY) {
    notify({
      intent: 'info',
      title: `${news.length} qualifications have changed`,
      link: { to: '/customers', text: 'Show customers' },
    });
    return;
  }
  for (const change of news) notify(noticeOf(change, await nameOf(change, options)));
}

function noticeOf(change: QualificationChange, name: string | undefined): Notice {
  const { customerId, vettingStatus, vettingReason } = change;
  const words = changeWords(change);
  return {
    intent: vettingStatus === 'Approved' ? 'success' : vettingStatus === 'Denied' ? 'warning' : 'info',
    title: name === undefined ? words : `${name}: ${words}`,
    ...(vettingReason === undefined ? {} : { detail: vettingReason }),
    link: { to: `/customers/${encodeURIComponent(customerId)}/qualifications`, text: 'Show customer' },
  };
}

/** The customer's name; undefined where it cannot be read, which is no reason to keep back the news. */
async function nameOf(
  { customerId }: QualificationChange,
  { client, queries }: TellOptions,
): Promise<string | undefined> {
  try {
    const { companyProfile } = await queries.fetchQuery({
      queryKey: ['customer', customerId],
      queryFn: ({ signal }) => client.customers.byId(customerId).get({ abortSignal: signal }),
      staleTime: Number.POSITIVE_INFINITY,
    });
    return companyProfile.companyName;
  } catch {
    return undefined;
  }
}
