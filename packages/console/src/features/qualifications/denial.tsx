import { makeStyles, tokens, typographyStyles } from '@fluentui/react-components';
import type { QualificationProgress } from '@vetted/client';

const useStyles = makeStyles({
  box: {
    display: 'grid',
    gap: tokens.spacingVerticalXS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorStatusDangerBorder2,
    backgroundColor: tokens.colorNeutralBackground2,
    overflowWrap: 'anywhere',
  },
  line: { margin: 0 },
  reason: { ...typographyStyles.body1Strong, margin: 0 },
});

/** Why a request was denied, and what can be done about it. */
export function Denial({ progress }: { readonly progress: QualificationProgress }) {
  const styles = useStyles();
  const { vettingReason, remedy } = progress;
  const limit = limitOf(progress);
  return (
    <div className={styles.box}>
      {vettingReason !== undefined && (
        <p className={styles.reason} dir="auto">
          {vettingReason}
        </p>
      )}
      {remedy !== undefined && <p className={styles.line}>{remedy}</p>}
      {limit !== undefined && <p className={styles.line}>{limit}</p>}
    </div>
  );
}

function limitOf({ mayResubmit, attempt, attemptsRemaining }: QualificationProgress): string | undefined {
  if (mayResubmit !== false) return undefined;
  return attemptsRemaining === 0
    ? `All ${attempt} attempts are used; it cannot be requested again.`
    : 'It cannot be requested again at present: the customer has a qualification that does not combine with it.';
}
