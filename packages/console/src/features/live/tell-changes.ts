import type { QueryClient } from '@tanstack/react-query';
import type { PartnerCenterClient, QualificationChange } from '@vetted/client';
import { customerQuery } from '../../queries/customer-queries.js';
import { isOwnRequest } from '../../queries/own-requests.js';
import { changeWords } from '../../ui/change-words.js';
import { type Notice, notify } from '../../ui/notices.js';
import { customerPath } from '../../ui/paths.js';

/** Of more changes at a time only their number is told. */
const MOST_TOLD_SINGLY = 3;

interface TellOptions {
  readonly client: PartnerCenterClient;
  readonly queries: QueryClient;
}

/** Tells a person of changes that they have not just made themselves. */
export async function tellChanges(changes: readonly QualificationChange[], options: TellOptions): Promise<void> {
  const news = changes.filter(({ correlationId }) => !isOwnRequest(options.queries, correlationId));
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
    link: { to: customerPath(customerId, 'qualifications'), text: 'Show customer' },
  };
}

/** The customer's name; undefined where it cannot be read, which is no reason to keep back the news. */
async function nameOf(
  { customerId }: QualificationChange,
  { client, queries }: TellOptions,
): Promise<string | undefined> {
  try {
    const { companyProfile } = await queries.fetchQuery({
      ...customerQuery(client, customerId),
      staleTime: Number.POSITIVE_INFINITY,
    });
    return companyProfile.companyName;
  } catch {
    return undefined;
  }
}
