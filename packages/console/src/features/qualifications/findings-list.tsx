import { MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import type { PreflightFinding } from '@vetted/client';
import { visuallyHidden } from '../../ui/visually-hidden.js';
import { isError } from './findings.js';

const useStyles = makeStyles({
  bars: { display: 'grid', gap: tokens.spacingVerticalXS },
  spoken: visuallyHidden,
});

/** What was found that is about no field of the form. */
export function OtherFindings({ findings }: { readonly findings: readonly PreflightFinding[] }) {
  const styles = useStyles();
  if (findings.length === 0) return null;
  return (
    <div className={styles.bars}>
      {findings.map((finding) => (
        <MessageBar
          key={finding.code + finding.message}
          intent={isError(finding) ? 'error' : 'warning'}
          layout="multiline"
        >
          <MessageBarBody>{finding.message}</MessageBarBody>
        </MessageBar>
      ))}
    </div>
  );
}

/** Says what was found to those who cannot see it appear. */
export function SpokenFindings({ findings }: { readonly findings: readonly PreflightFinding[] }) {
  const styles = useStyles();
  return (
    <div role="status" className={styles.spoken}>
      {findings.map(({ message }) => message).join(' ')}
    </div>
  );
}
