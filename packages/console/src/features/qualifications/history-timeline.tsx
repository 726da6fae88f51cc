import { makeStyles, mergeClasses, Text, tokens, typographyStyles } from '@fluentui/react-components';
import { CheckmarkCircleFilled, CircleFilled, DismissCircleFilled } from '@fluentui/react-icons';
import type { HistoryStep } from '@vetted/client';
import type { ReactNode } from 'react';
import { CopyButton } from '../../ui/copy-button.js';
import { DateTime } from '../../ui/date-time.js';
import { statusWord } from '../../ui/words.js';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  step: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    paddingBottom: tokens.spacingVerticalM,
    position: 'relative',
    ':last-child': { paddingBottom: 0 },
  },
  line: {
    '::before': {
      content: '""',
      position: 'absolute',
      insetInlineStart: '9px',
      top: '22px',
      bottom: '-2px',
      width: '2px',
      backgroundColor: tokens.colorNeutralStroke2,
    },
  },
  mark: { fontSize: '20px', lineHeight: 1, color: tokens.colorNeutralForeground3 },
  approved: { color: tokens.colorStatusSuccessForeground1 },
  denied: { color: tokens.colorStatusDangerForeground1 },
  body: { display: 'grid', justifyItems: 'start', overflowWrap: 'anywhere', minWidth: 0 },
  title: { ...typographyStyles.body1Strong },
  quiet: { color: tokens.colorNeutralForeground2 },
  copy: { marginInlineStart: `calc(-1 * ${tokens.spacingHorizontalS})` },
});

const actors: Readonly<Record<string, string>> = {
  partner: 'your organisation',
  reviewer: 'a reviewer',
  policy: 'an automatic check',
};

/** What happened to a qualification, newest first. */
export function HistoryTimeline({ steps, label }: { readonly steps: readonly HistoryStep[]; readonly label: string }) {
  const styles = useStyles();
  const newestFirst = steps.map((step, index) => ({ step, key: index })).reverse();
  return (
    <ol className={styles.list} reversed aria-label={label}>
      {newestFirst.map(({ step, key }) => (
        <li key={key} className={mergeClasses(styles.step, key > 0 && styles.line)}>
          <Mark status={step.to} />
          <div className={styles.body}>
            <span className={styles.title}>{titleOf(step)}</span>
            <Text size={200} className={styles.quiet}>
              <DateTime value={step.at} /> by {actors[step.by] ?? step.by}
            </Text>
            {step.reason !== undefined && <bdi>{step.reason}</bdi>}
            <div className={styles.copy}>
              <CopyButton text={step.correlationId} label="Copy correlation ID" />
            </div>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Mark({ status }: { readonly status: string | undefined }): ReactNode {
  const styles = useStyles();
  if (status === 'Approved') return <CheckmarkCircleFilled className={mergeClasses(styles.mark, styles.approved)} />;
  if (status === 'Denied') return <DismissCircleFilled className={mergeClasses(styles.mark, styles.denied)} />;
  return <CircleFilled className={styles.mark} />;
}

function titleOf({ from, to, by }: HistoryStep): string {
  if (to === undefined) return 'Set';
  if (to !== 'InReview') return statusWord(to);
  if (by === 'partner') return from === undefined ? 'Requested' : 'Requested again';
  return from === undefined ? statusWord(to) : 'Review reopened';
}
