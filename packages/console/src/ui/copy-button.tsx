import { Button, makeStyles, mergeClasses } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons';
import { useState } from 'react';

// Both words stand in one place: a button that changed its width would move what is beside it away from under a click.
const useStyles = makeStyles({
  words: { display: 'inline-grid' },
  word: { gridArea: '1 / 1' },
  hidden: { visibility: 'hidden' },
});

interface CopyButtonProps {
  readonly text: string;
  /** What it copies, for those who cannot see what stands beside it: "Copy Microsoft ID". */
  readonly label: string;
  /** Shows the icon alone. */
  readonly iconOnly?: boolean;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label, iconOnly = false }: CopyButtonProps) {
  const styles = useStyles();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  const word = (isShown: boolean) => mergeClasses(styles.word, !isShown && styles.hidden);
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={isCopied ? <CheckmarkRegular /> : <CopyRegular />}
      aria-label={isCopied ? 'Copied' : label}
      onClick={copy}
      onBlur={() => setCopied(false)}
    >
      {!iconOnly && (
        <span className={styles.words}>
          <span className={word(!isCopied)}>{label}</span>
          <span className={word(isCopied)}>Copied</span>
        </span>
      )}
    </Button>
  );
}
