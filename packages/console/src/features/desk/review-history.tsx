import { makeStyles, tokens } from '@fluentui/react-components';
import type { Review, ReviewDetails, ReviewStep } from '@vetted/client';
import type { ReactNode } from 'react';
import { DateTime } from '../../ui/date-time.js';
import { StatusBadge } from '../../ui/qualification-badge.js';
import { Part } from './facts.js';
import { Who } from './who.js';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalM },
  entry: {
    display: 'grid',
    gap: tokens.spacingVerticalXXS,
    paddingLeft: tokens.spacingHorizontalM,
    borderLeft: `2px solid ${tokens.colorNeutralStroke1}`,
    minWidth: 0,
    overflowWrap: 'anywhere',
  },
  line: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  quiet: { color: tokens.colorNeutralForeground2 },
  note: { whiteSpace: 'pre-line' },
});

/** Earlier requests for the same qualification with what became of them, and every step that was taken. */
export function ReviewHistory({ review: { earlierAttempts, history } }: { readonly review: ReviewDetails }) {
  const styles = useStyles();
  return (
    <>
      {earlierAttempts.length > 0 && (
        <Part title="Earlier attempts">
          <ul className={styles.list}>
            {earlierAttempts.map((attempt) => (
              <Attempt key={attempt.id} attempt={attempt} />
            ))}
          </ul>
        </Part>
      )}
      {history.length > 0 && (
        <Part title="History">
          <ol className={styles.list}>
            {history.map((step) => (
              <Step key={`${step.at} ${step.to} ${step.correlationId}`} step={step} />
            ))}
          </ol>
        </Part>
      )}
    </>
  );
}

function Attempt({ attempt: { attempt, status, website, decidedAt, reason, note } }: { readonly attempt: Review }) {
  return (
    <Entry status={status} at={decidedAt} reason={reason} note={note}>
      Attempt {attempt}
      {website !== undefined && (
        <>
          {' with '}
          <bdi>{website}</bdi>
        </>
      )}
    </Entry>
  );
}

function Step({ step: { at, to, by, actor, reason, note } }: { readonly step: ReviewStep }) {
  const role = roles[by];
  return (
    <Entry status={to} at={at} reason={reason} note={note}>
      {role !== undefined && `${role}: `}
      <Who id={actor} />
    </Entry>
  );
}

/** The policy is named by who acted. */
const roles: Readonly<Record<string, string>> = { partner: 'Partner', reviewer: 'Reviewer', operator: 'Operator' };

interface EntryProps {
  readonly status: string | undefined;
  readonly at: string | undefined;
  readonly reason: string | undefined;
  readonly note: string | undefined;
  readonly children: ReactNode;
}

function Entry({ status, at, reason, note, children }: EntryProps) {
  const styles = useStyles();
  return (
    <li className={styles.entry}>
      <span className={styles.line}>
        {status !== undefined && <StatusBadge status={status} />}
        {at !== undefined && <DateTime value={at} />}
      </span>
      <span className={styles.quiet}>{children}</span>
      {reason !== undefined && (
        <span>
          The partner reads: <bdi>{reason}</bdi>
        </span>
      )}
      {note !== undefined && (
        <span className={styles.note}>
          Private note: <bdi>{note}</bdi>
        </span>
      )}
    </li>
  );
}
