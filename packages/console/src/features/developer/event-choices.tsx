import { Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ErrorCircleFilled } from '@fluentui/react-icons';
import { useId } from 'react';
import { eventLabel } from './webhook-words.js';

const useStyles = makeStyles({
  group: { margin: 0, padding: 0, border: 'none', minWidth: 0, '& legend': { padding: 0 } },
  choice: { display: 'flex', overflowWrap: 'anywhere' },
  problem: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  problemIcon: { color: tokens.colorPaletteRedForeground1, flexShrink: 0 },
});

interface EventChoicesProps {
  readonly names: readonly string[];
  readonly chosen: readonly string[];
  readonly problem: string | undefined;
  readonly onChange: (chosen: string[]) => void;
}

/** Which of the events are to be sent, in the order in which the service lists them. */
export function EventChoices({ names, chosen, problem, onChange }: EventChoicesProps) {
  const styles = useStyles();
  const problemId = useId();
  const choose = (name: string, isChosen: boolean) =>
    onChange(names.filter((one) => (one === name ? isChosen : chosen.includes(one))));
  return (
    // Fluent's Field would name every checkbox in it alike.
    <fieldset className={styles.group} aria-describedby={problemId}>
      <legend>
        <Text>Events</Text>
      </legend>
      {names.map((name) => (
        <Checkbox
          key={name}
          className={styles.choice}
          label={eventLabel(name)}
          checked={chosen.includes(name)}
          onChange={(_event, { checked }) => choose(name, checked === true)}
        />
      ))}
      <div id={problemId} role="alert">
        {problem !== undefined && (
          <Text size={200} className={styles.problem}>
            <ErrorCircleFilled className={styles.problemIcon} />
            {problem}
          </Text>
        )}
      </div>
    </fieldset>
  );
}
