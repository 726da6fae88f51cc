import { Button, makeStyles, mergeClasses } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular, ErrorCircleRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { visuallyHidden } from './visually-hidden.js';

// All words stand in one place: a button that changed its width would move what is beside it away from under a click.
const useStyles = makeStyles({
  words: { display: 'inline-grid' },
  word: { gridArea: '1 / 1' },
  hidden: { visibility: 'hidden' },
  spoken: visuallyHidden,
});

type Outcome = 'copied' | 'refused';

const icons: Readonly<Record<Outcome, ReactElement>> = {
  copied: <CheckmarkRegular />,
  refused: <ErrorCircleRegular />,
};
const outcomeWords: Readonly<Record<Outcome, string>> = { copied: 'Copied', refused: 'Not copied' };
const spokenWords: Readonly<Record<Outcome, string>> = {
  copied: 'Copied',
  refused: 'Not copied: the browser does not allow it. Select the text and copy it by hand.',
};

interface CopyButtonProps {
  readonly text: string;
  /** What it copies, for those who cannot see what stands beside it: "Copy Microsoft ID". */
  readonly label: string;
  /** Shows the icon alone, unless copying is refused. */
  readonly iconOnly?: boolean;
}

/** Copies a text, and says so, or that the browser did not let it. */
export function CopyButton({ text, label, iconOnly = false }: CopyButtonProps) {
  const styles = useStyles();
  const [outcome, setOutcome] = useState<Outcome>();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  const word = (isShown: boolean) => mergeClasses(styles.word, !isShown && styles.hidden);
  return (
    <>
      <Button
        size="small"
        appearance="subtle"
        icon={outcome === undefined ? <CopyRegular /> : icons[outcome]}
        aria-label={outcome === undefined ? label : outcomeWords[outcome]}
        onClick={copy}
        onBlur={() => setOutcome(undefined)}
      >
        {(!iconOnly || outcome === 'refused') && (
          <span className={styles.words}>
            {!iconOnly && <span className={word(outcome === undefined)}>{label}</span>}
            {!iconOnly && <span className={word(outcome === 'copied')}>{outcomeWords.copied}</span>}
            <span className={word(outcome === 'refused')}>{outcomeWords.refused}</span>
          </span>
        )}
      </Button>
      <span className={styles.spoken} aria-live="polite">
        {outcome !== undefined && spokenWords[outcome]}
      </span>
    </>
  );
}
