import { useQueryClient } from '@tanstack/react-query';
import type { Qualification } from '@vetted/client';
import { progressQuery } from '../../queries/customer-queries.js';
import { useClient } from '../../session/session-context.js';
import { changeSubject, changeWords } from '../../ui/change-words.js';
import { DateTime } from '../../ui/date-time.js';
import { notify } from '../../ui/notices.js';

/** Tells what became of a request that the service has accepted, with the date on which a decision is due. */
export function useTellOutcome(customerId: string): (sent: Qualification) => void {
  const client = useClient();
  const queries = useQueryClient();
  const tell = (sent: Qualification, dueAt: string | undefined) =>
    notify({
      intent: 'success',
      title: changeWords(sent),
      about: [changeSubject(customerId, sent.qualification)],
      detail: dueAt !== undefined && (
        <>
          In review. A decision is due <DateTime value={dueAt} />.
        </>
      ),
    });
  return (sent) => {
    if (sent.vettingStatus !== 'InReview') {
      tell(sent, undefined);
      return;
    }
    queries.fetchQuery(progressQuery(client, customerId, sent.qualification)).then(
      ({ dueAt }) => tell(sent, dueAt),
      // The request itself has succeeded; why its progress cannot be read stands on its card.
      () => tell(sent, undefined),
    );
  };
}
