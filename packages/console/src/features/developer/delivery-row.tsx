import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons';
import type { WebhookDelivery } from '@vetted/client';
import { type ReactNode, useId, useState } from 'react';
import { DateTime } from '../../ui/date-time.js';
import { qualificationWord } from '../../ui/words.js';
import { Attempts } from './attempts.js';
import { CustomerLink } from './customer-link.js';
import { DeliveryStatus } from './delivery-status.js';
import { Facts } from './facts.js';
import { eventWord } from './webhook-words.js';

/** What the row's details tell where there is no room for it in the row. */
export const wideOnly = { '@media (max-width: 800px)': { display: 'none' } } as const;

const useStyles = makeStyles({
  event: { display: 'grid', minWidth: 0 },
  subject: { overflowWrap: 'anywhere' },
  time: { whiteSpace: 'nowrap' },
  open: { '& > th, & > td': { borderBottomColor: 'transparent' } },
  details: { display: 'grid', gap: tokens.spacingVerticalM, paddingBottom: tokens.spacingVerticalS },
  toggle: { minWidth: 0 },
  wideOnly,
});

interface DeliveryRowProps {
  readonly delivery: WebhookDelivery;
  /** Whether an earlier event of the same customer has to arrive first. */
  readonly isHeldBack: boolean;
  readonly now: number;
}

/** A delivery, and on demand its attempts. */
export function DeliveryRow({ delivery, isHeldBack, now }: DeliveryRowProps) {
  const styles = useStyles();
  const detailsId = useId();
  const [isOpen, setOpen] = useState(false);
  const { status, createdAt, nextAttemptAt, results } = delivery;
  const next = nextAttemptAt && <NextAttempt at={nextAttemptAt} isHeldBack={isHeldBack} now={now} />;
  const word = eventWord(delivery.eventName);
  const time = mergeClasses(styles.wideOnly, styles.time);
  return (
    <>
      <tr className={isOpen ? styles.open : undefined}>
        <th scope="row">
          <div className={styles.event}>
            <Text weight="semibold">{word}</Text>
            <Subject delivery={delivery} />
          </div>
        </th>
        <td>
          <DeliveryStatus status={status} attempts={results.length} />
        </td>
        <td className={time}>
          <DateTime value={createdAt} />
        </td>
        <td className={isHeldBack ? styles.wideOnly : time}>{next}</td>
        <td>
          <Button
            size="small"
            appearance="subtle"
            className={styles.toggle}
            icon={isOpen ? <ChevronDownRegular /> : <ChevronRightRegular />}
            aria-expanded={isOpen}
            aria-controls={detailsId}
            aria-label={`${results.length} ${results.length === 1 ? 'attempt' : 'attempts'}. Details: ${word}`}
            onClick={() => setOpen(!isOpen)}
          >
            {String(results.length)}
          </Button>
        </td>
      </tr>
      <tr id={detailsId} hidden={!isOpen}>
        {isOpen && (
          <td colSpan={5}>
            <Details delivery={delivery} next={next} />
          </td>
        )}
      </tr>
    </>
  );
}

interface NextAttemptProps {
  readonly at: string;
  readonly isHeldBack: boolean;
  readonly now: number;
}

function NextAttempt({ at, isHeldBack, now }: NextAttemptProps) {
  if (isHeldBack) return 'Waits for an earlier event';
  return Date.parse(at) <= now ? 'Now' : <DateTime value={at} />;
}

/** What an event is about; nothing for a test event. */
function Subject({ delivery: { customerId, qualification } }: { readonly delivery: WebhookDelivery }) {
  const styles = useStyles();
  if (customerId === undefined) return null;
  return (
    <Text size={200} className={styles.subject}>
      <CustomerLink customerId={customerId} />
      {qualification !== undefined && `, ${qualificationWord(qualification)}`}
    </Text>
  );
}

function Details({ delivery, next }: { readonly delivery: WebhookDelivery; readonly next: ReactNode }) {
  const styles = useStyles();
  const { id, eventName, status, createdAt, results } = delivery;
  return (
    <div className={styles.details}>
      <Facts>
        <dt>Event</dt>
        <dd>{eventName}</dd>
        <dt>webhook-id</dt>
        <dd>{id}</dd>
        <dt>Created</dt>
        <dd>
          <DateTime value={createdAt} />
        </dd>
        {next && (
          <>
            <dt>Next attempt</dt>
            <dd>{next}</dd>
          </>
        )}
      </Facts>
      <Attempts results={results} isDelivered={status === 'delivered'} label={`Attempts to deliver ${eventName}`} />
    </div>
  );
}
