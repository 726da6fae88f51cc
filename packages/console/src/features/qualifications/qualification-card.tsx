import { Button, makeStyles, Skeleton, SkeletonItem, tokens, typographyStyles } from '@fluentui/react-components';
import { ArrowRepeatAllRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import type { HistoryStep, Qualification, QualificationProgress } from '@vetted/client';
import { type ReactNode, useId } from 'react';
import { historyQuery, progressQuery } from '../../queries/customer-queries.js';
import { failureOf } from '../../queries/unreached.js';
import { useNow } from '../../session/service-clock.js';
import { useClient } from '../../session/session-context.js';
import { DateTime } from '../../ui/date-time.js';
import { Failure } from '../../ui/failure.js';
import { StatusBadge } from '../../ui/qualification-badge.js';
import { TimeLeft } from '../../ui/time-left.js';
import { qualificationWord, statusWord } from '../../ui/words.js';
import { Denial } from './denial.js';
import { HistoryTimeline } from './history-timeline.js';

const useStyles = makeStyles({
  card: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    minWidth: 0,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  name: { ...typographyStyles.subtitle1, margin: 0, overflowWrap: 'anywhere' },
  again: { marginInlineStart: 'auto' },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(11rem, 100%), 1fr))',
    gap: tokens.spacingVerticalM,
    margin: 0,
  },
  term: { ...typographyStyles.caption1, color: tokens.colorNeutralForeground2 },
  value: { margin: 0, display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, overflowWrap: 'anywhere' },
  history: { ...typographyStyles.body1Strong, margin: 0 },
  skeleton: { display: 'grid', gap: tokens.spacingVerticalM },
});

interface QualificationCardProps {
  readonly customerId: string;
  readonly qualification: Qualification;
  /** Opens the form; the person has asked for this qualification again. */
  readonly onRequestAgain: () => void;
}

/** One qualification of a customer: where it stands, what is to be done, and how it came to be. */
export function QualificationCard({ customerId, qualification: shown, onRequestAgain }: QualificationCardProps) {
  const styles = useStyles();
  const client = useClient();
  const headingId = useId();
  const progress = useQuery(progressQuery(client, customerId, shown.qualification));
  const history = useQuery(historyQuery(client, customerId, shown.qualification));
  const name = qualificationWord(shown.qualification);
  const failed = [progress, history].find((query) => failureOf(query) !== null);
  return (
    <article className={styles.card} aria-labelledby={headingId}>
      <div className={styles.head}>
        <h3 id={headingId} className={styles.name}>
          {name}
        </h3>
        <StatusBadge status={shown.vettingStatus ?? 'Effective'} />
        {progress.data?.mayResubmit && (
          <Button className={styles.again} icon={<ArrowRepeatAllRegular />} onClick={onRequestAgain}>
            Request again
          </Button>
        )}
      </div>
      {failed && (
        <Failure title={`${name} could not be loaded`} error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {progress.data === undefined || history.data === undefined ? (
        failed === undefined && <CardSkeleton />
      ) : (
        <>
          <Facts progress={progress.data} steps={history.data} />
          {progress.data.vettingStatus === 'Denied' && <Denial progress={progress.data} />}
          {history.data.length > 0 && (
            <>
              <h4 className={styles.history}>History</h4>
              <HistoryTimeline steps={history.data} label={`History of ${name}, newest first`} />
            </>
          )}
        </>
      )}
    </article>
  );
}

function CardSkeleton() {
  const styles = useStyles();
  return (
    <Skeleton aria-label="Loading the details" className={styles.skeleton}>
      <SkeletonItem size={40} />
      <SkeletonItem size={72} />
    </Skeleton>
  );
}

function Facts({
  progress,
  steps,
}: {
  readonly progress: QualificationProgress;
  readonly steps: readonly HistoryStep[];
}) {
  const styles = useStyles();
  const now = useNow();
  const { vettingStatus, submittedAt, dueAt, attempt, attemptsRemaining } = progress;
  const since = steps.findLast(({ to }) => to === vettingStatus)?.at;
  return (
    <dl className={styles.facts}>
      {submittedAt !== undefined && (
        <Fact term="Requested">
          <DateTime value={submittedAt} />
        </Fact>
      )}
      {since !== undefined && vettingStatus !== 'InReview' && (
        <Fact term={vettingStatus === 'Denied' ? 'Denied on' : `${statusWord(vettingStatus ?? 'Effective')} since`}>
          <DateTime value={since} />
        </Fact>
      )}
      {vettingStatus === 'InReview' && dueAt !== undefined && (
        <Fact term="Decision due">
          <DateTime value={dueAt} /> <TimeLeft dueAt={dueAt} now={now} />
        </Fact>
      )}
      {attemptsRemaining !== undefined && vettingStatus !== 'Approved' && (
        <Fact term="Attempts left">
          {attemptsRemaining} of {attempt + attemptsRemaining}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    <div>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}
