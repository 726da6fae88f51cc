import { Button, MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isPartnerCenterError } from '@vetted/client';
import { useEffect, useState } from 'react';
import { RequestIds } from '../../queries/request-ids.js';
import { useClockOffset } from '../../session/service-clock.js';
import { useClient } from '../../session/session-context.js';
import { Failure } from '../../ui/failure.js';
import { Attempts } from './attempts.js';
import { DeliveryStatus } from './delivery-status.js';
import { useCountdown } from './use-countdown.js';

/** How often is asked what became of a test event: before its first attempt is over, and later. */
const FIRST_REFRESH_IN_MS = 1_000;
const REFRESH_IN_MS = 5_000;

/** A test event has no content by which to tell one from another. */
const TEST_EVENT = 'test event';

const useStyles = makeStyles({
  box: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: tokens.spacingVerticalS, justifyItems: 'start' },
  status: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

/** Sends a test event, and shows what becomes of it. */
export function TestEvent() {
  const styles = useStyles();
  const client = useClient();
  const [requestIds] = useState(() => new RequestIds());
  const offset = useClockOffset();
  const [nextAt, setNextAt] = useState<number>();
  const send = useMutation({
    mutationFn: () => client.webhooks.sendTestEvent(requestIds.for(TEST_EVENT)),
    onSettled: (_event, error) => requestIds.settle(TEST_EVENT, error),
    onError: (error) => setNextAt(Date.now() + offset + (waitOf(error) ?? 0)),
  });
  const isTooSoon = waitOf(send.error) !== undefined;
  return (
    <div className={styles.box}>
      <Button disabled={send.isPending} onClick={() => send.mutate()}>
        Send test event
      </Button>
      {isTooSoon && <TooSoon until={nextAt} />}
      {send.error && !isTooSoon && <Failure title="The test event was not sent" error={send.error} />}
      {send.data && <TestReport key={send.data.correlationId} correlationId={send.data.correlationId} />}
    </div>
  );
}

/** How long the service asks to wait, where it refuses to send so many; undefined for any other error. */
function waitOf(error: unknown): number | undefined {
  return isPartnerCenterError(error) && error.statusCode === 429 ? error.retryAfterInMs : undefined;
}

function TooSoon({ until }: { readonly until: number | undefined }) {
  const seconds = useCountdown(until);
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        Two test events a minute can be sent.{' '}
        {seconds === 0 ? 'The next may be sent now.' : `The next may be sent in ${seconds} s.`}
      </MessageBarBody>
    </MessageBar>
  );
}

function TestReport({ correlationId }: { readonly correlationId: string }) {
  const styles = useStyles();
  const client = useClient();
  const queries = useQueryClient();
  const report = useQuery({
    queryKey: ['webhook', 'test', correlationId],
    queryFn: ({ signal }) => client.webhooks.getTestReport(correlationId, { abortSignal: signal }),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined || data.status !== 'pending') return false;
      return data.results.length === 0 ? FIRST_REFRESH_IN_MS : REFRESH_IN_MS;
    },
  });
  useEffect(() => {
    // The list of deliveries is asked for less often, and would lag behind.
    if (report.data !== undefined) void queries.invalidateQueries({ queryKey: ['deliveries'] });
  }, [queries, report.data]);
  if (report.error && report.data === undefined)
    return <Failure title="The report could not be loaded" error={report.error} onRetry={() => report.refetch()} />;
  const { status = 'pending', results = [] } = report.data ?? {};
  return (
    <>
      <div role="status" className={styles.status}>
        <Text>Test event</Text>
        <DeliveryStatus status={status} attempts={results.length} />
      </div>
      <Attempts results={results} isDelivered={status === 'completed'} label="Attempts to deliver the test event" />
    </>
  );
}
