import type { QueryClient } from '@tanstack/react-query';
import type { PartnerCenterClient, QualificationChange } from '@vetted/client';
import { customerQuery } from '../../queries/customer-queries.js';
import { isOwnRequest } from '../../queries/own-requests.js';
import { changeSubject, changeWords } from '../../ui/change-words.js';
import { type Notice, notify } from '../../ui/notices.js';
import { customerPage, customerPath } from '../../ui/paths.js';

/** Of more changes at a time only their number is told. */
const MOST_TOLD_SINGLY = 3;

interface TellOptions {
  readonly client: PartnerCenterClient;
  readonly queries: QueryClient;
}

/** Tells a person of changes that they have not just made themselves. */
export async function tellChanges(changes: readonly QualificationChange[], options: TellOptions): Promise<void> {
  const news = latestOfEach(changes.filter(({ correlationId }) => !isOwnRequest(options.queries, correlationId)));
  if (news.length > MOST_TOLD_SINGLY) {
    notify({
      intent: 'info',
      title: `${news.length} qualifications have changed`,
      about: news.map(subjectOf),
      link: { to: '/customers', text: 'Show customers' },
    });
    return;
  }
  for (const change of news) notify(noticeOf(change, await nameOf(change, options)));
}

const subjectOf = ({ customerId, qualification }: QualificationChange) => changeSubject(customerId, qualification);

/** Of several changes of one qualification the last one: the others are past by now. */
function latestOfEach(changes: readonly QualificationChange[]): readonly QualificationChange[] {
  return [...new Map(changes.map((change) => [subjectOf(change), change])).values()];
}

function noticeOf(change: QualificationChange, name: string | undefined): Notice {
  const { customerId, vettingStatus, vettingReason } = change;
  const words = changeWords(change);
  return {
    intent: vettingStatus === 'Approved' ? 'success' : vettingStatus === 'Denied' ? 'warning' : 'info',
    title: name === undefined ? words : `${name}: ${words}`,
    ...(vettingReason === undefined ? {} : { detail: vettingReason }),
    about: [subjectOf(change)],
    link: {
      to: customerPath(customerId, 'qualifications'),
      text: 'Show customer',
      page: customerPage(customerId),
    },
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
