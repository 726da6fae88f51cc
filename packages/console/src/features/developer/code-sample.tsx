import { makeStyles, tokens } from '@fluentui/react-components';
import { CopyButton } from '../../ui/copy-button.js';

const useStyles = makeStyles({
  box: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    alignItems: 'start',
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    padding: tokens.spacingHorizontalS,
  },
  code: {
    padding: tokens.spacingHorizontalXS,
    overflowX: 'auto',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    '& pre': { margin: 0, fontFamily: 'inherit' },
  },
});

interface CodeSampleProps {
  readonly code: string;
  /** What it is: "The command that installs the client". */
  readonly label: string;
}

/** Text to copy into a program or a terminal. Lines that are too long scroll, by the keyboard too. */
export function CodeSample({ code, label }: CodeSampleProps) {
  const styles = useStyles();
  return (
    <div className={styles.box}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse. */}
      <section className={styles.code} tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
      <CopyButton text={code} label={`Copy: ${label}`} iconOnly />
    </div>
  );
}
