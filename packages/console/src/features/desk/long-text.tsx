import { Field, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import { lengthOf } from './draft.js';

const useStyles = makeStyles({
  text: { width: '100%', minWidth: 0 },
  hint: { display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', columnGap: tokens.spacingHorizontalM },
});

interface LongTextProps {
  readonly label: string;
  readonly hint: string;
  readonly isRequired?: boolean;
  /** What is wrong with the text. */
  readonly problem: string | undefined;
  /** The most characters that may be sent. */
  readonly most: number;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** A field for a longer text, which says how much of its length is used. */
export function LongText({ label, hint, isRequired = false, problem, most, value, onChange }: LongTextProps) {
  const styles = useStyles();
  const used = `${lengthOf(value).toLocaleString()} of ${most.toLocaleString()}`;
  return (
    <Field
      label={label}
      required={isRequired}
      {...(problem !== undefined && { validationMessage: problem })}
      hint={
        <span className={styles.hint}>
          <span>{hint}</span>
          <span>{used}</span>
        </span>
      }
    >
      <Textarea
        className={styles.text}
        resize="vertical"
        value={value}
        onChange={(_event, { value: text }) => onChange(text)}
      />
    </Field>
  );
}
