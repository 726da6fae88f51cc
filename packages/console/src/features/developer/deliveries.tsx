import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { WebhookDelivery } from '@vetted/client';
import { failureOf } from '../../queries/unreached.js';
import { useClockOffset } from '../../session/service-clock.js';
import { useClient } from '../../session/session-context.js';
import { Failure } from '../../ui/failure.js';
import { Loading } from '../../ui/loading.js';
import { DeliveryRow, wideOnly } from './delivery-row.js';
import { Section } from './section.js';

/** How often is looked for what became of deliveries, while some are on their way. */
const REFRESH_IN_MS = 5_000;

const useStyles = makeStyles({
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    '& th, & td': {
      textAlign: 'start',
      verticalAlign: 'top',
      padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
      '@media (max-width: 480px)': { paddingInline: tokens.spacingHorizontalXS },
    },
    '& thead th': { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase200 },
  },
  wideOnly,
});

/** What was sent lately, and what became of it. */
export function Deliveries() {
  const client = useClient();
  const offset = useClockOffset();
  const deliveries = useQuery({
    queryKey: ['deliveries'],
    queryFn: ({ signal }) => client.webhooks.listDeliveries({ abortSignal: signal }),
    refetchInterval: ({ state: { data = [] } }) => (data.some(isPending) ? REFRESH_IN_MS : false),
  });
  return (
    <Section title="Recent deliveries">
      {failureOf(deliveries) && (
        <Failure
          title="The deliveries could not be loaded"
          error={deliveries.error}
          onRetry={() => deliveries.refetch()}
        />
      )}
      {deliveries.isPending && <Loading label="Loading the deliveries" />}
      {deliveries.data?.length === 0 && (
        <Text as="p">
          Nothing was sent in the last week. A delivery is listed here for a week after its last attempt.
        </Text>
      )}
      {deliveries.data && deliveries.data.length > 0 && (
        <DeliveryTable deliveries={deliveries.data} now={deliveries.dataUpdatedAt + offset} />
      )}
    </Section>
  );
}

const isPending = ({ status }: WebhookDelivery): boolean => status === 'pending';

/** Whether a customer's earlier event, which is delivered first, has not arrived yet. */
function waitsForEarlier({ customerId, results }: WebhookDelivery, earlier: readonly WebhookDelivery[]): boolean {
  if (customerId === undefined || results.length > 0) return false;
  return earlier.some((other) => other.customerId === customerId && isPending(other));
}

interface DeliveryTableProps {
  /** Newest first. */
  readonly deliveries: readonly WebhookDelivery[];
  /** By the service's clock, when they were listed. */
  readonly now: number;
}

function DeliveryTable({ deliveries, now }: DeliveryTableProps) {
  const styles = useStyles();
  return (
    <table className={styles.table} aria-label="Recent deliveries">
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">Status</th>
          <th scope="col" className={styles.wideOnly}>
            Created
          </th>
          <th scope="col" className={styles.wideOnly}>
            Next attempt
          </th>
          <th scope="col">Attempts</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery, place) => (
          <DeliveryRow
            key={delivery.id}
            delivery={delivery}
            isHeldBack={waitsForEarlier(delivery, deliveries.slice(place + 1))}
            now={now}
          />
        ))}
      </tbody>
    </table>
  );
}
