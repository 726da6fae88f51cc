import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { CheckmarkCircleRegular, DismissCircleRegular } from '@fluentui/react-icons';
import type { WebhookDeliveryResult } from '@vetted/client';
import { DateTime } from '../../ui/date-time.js';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none', display: 'grid', gap: tokens.spacingVerticalS },
  attempt: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalXXS} ${tokens.spacingHorizontalS}`,
    overflowWrap: 'anywhere',
    minWidth: 0,
  },
  message: { minWidth: 0, color: tokens.colorNeutralForeground2 },
});

interface AttemptsProps {
  readonly results: readonly WebhookDeliveryResult[];
  /** Which event they are of, for those who cannot see what stands beside them. */
  readonly label: string;
  /** Whether the last of them is the one that was taken. */
  readonly isDelivered: boolean;
}

/** What came of each attempt to deliver an event. */
export function Attempts({ results, label, isDelivered }: AttemptsProps) {
  const styles = useStyles();
  if (results.length === 0) return <Text>It was not attempted yet.</Text>;
  return (
    <ol className={styles.list} aria-label={label}>
      {results.map(({ responseCode, responseMessage, dateTimeUtc }, place) => (
        <li key={dateTimeUtc} className={styles.attempt}>
          {isDelivered && place === results.length - 1 ? <CheckmarkCircleRegular /> : <DismissCircleRegular />}
          <Text weight="semibold">{responseCode ?? 'No answer'}</Text>
          <Text className={styles.message}>{responseMessage}</Text>
          <Text size={200}>
            <DateTime value={dateTimeUtc} />
          </Text>
        </li>
      ))}
    </ol>
  );
}
