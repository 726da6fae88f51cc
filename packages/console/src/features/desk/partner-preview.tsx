import { makeStyles, tokens } from '@fluentui/react-components';
import { StatusBadge } from '../../ui/qualification-badge.js';

const useStyles = makeStyles({
  preview: { display: 'grid', gap: tokens.spacingVerticalXS, margin: 0 },
  caption: { fontWeight: tokens.fontWeightSemibold },
  text: {
    display: 'grid',
    gap: tokens.spacingVerticalXS,
    justifyItems: 'start',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderLeft: `4px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflowWrap: 'anywhere',
    minWidth: 0,
  },
  nothing: { color: tokens.colorNeutralForeground3 },
});

interface PartnerPreviewProps {
  readonly status: string;
  /** Why it is denied; with a denial, undefined as long as there is nothing to read. */
  readonly reason?: string | undefined;
}

/** What the partner will read of a decision: the status and the reason, to the letter. */
export function PartnerPreview({ status, reason }: PartnerPreviewProps) {
  const styles = useStyles();
  return (
    <figure className={styles.preview}>
      <figcaption className={styles.caption}>What the partner will read</figcaption>
      <div className={styles.text}>
        <StatusBadge status={status} />
        {reason !== undefined && <bdi>{reason}</bdi>}
        {status === 'Denied' && reason === undefined && <span className={styles.nothing}>No reason yet</span>}
      </div>
    </figure>
  );
}
