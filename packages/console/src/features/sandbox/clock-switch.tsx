import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNow, useSetClock } from '../../session/service-clock.js';
import { useClient } from '../../session/session-context.js';
import { DateTime } from '../../ui/date-time.js';
import { isoDuration } from './duration.js';

const steps = [
  ['1 hour', 'PT1H'],
  ['1 day', 'P1D'],
  ['3 days', 'P3D'],
] as const;

const NO_DURATION = 'Write 15m, 2h, 3d or P1M.';

const useStyles = makeStyles({
  own: { display: 'flex', gap: tokens.spacingHorizontalXS, alignItems: 'flex-start' },
  input: { width: '7rem', minWidth: 0 },
});

interface ClockSwitchProps {
  /** Called as a move begins. */
  readonly onBegin: () => void;
  readonly onError: (error: Error) => void;
  readonly onAdvanced: () => void;
}

/** The time by the sandbox's clock, and how to move it on. */
export function ClockSwitch({ onBegin, onError, onAdvanced }: ClockSwitchProps) {
  const client = useClient();
  const queries = useQueryClient();
  const now = useNow();
  const setClock = useSetClock();
  const advance = useMutation({
    mutationFn: (duration: string) => client.sandbox.advanceClock(duration),
    onMutate: onBegin,
    onError,
    onSuccess: ({ now: time }) => {
      setClock(time);
      onAdvanced();
      void queries.invalidateQueries();
    },
  });
  return (
    <>
      <Text>
        Clock: <DateTime value={new Date(now).toISOString()} />
      </Text>
      {steps.map(([words, duration]) => (
        <Button
          key={duration}
          size="small"
          disabled={advance.isPending}
          aria-label={`Advance the clock by ${words}`}
          onClick={() => advance.mutate(duration)}
        >
          +{words}
        </Button>
      ))}
      <OwnDuration isPending={advance.isPending} onAdvance={advance.mutate} />
    </>
  );
}

interface OwnDurationProps {
  readonly isPending: boolean;
  readonly onAdvance: (duration: string) => void;
}

function OwnDuration({ isPending, onAdvance }: OwnDurationProps) {
  const styles = useStyles();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const duration = isoDuration(text);
    setProblem(duration === undefined ? NO_DURATION : undefined);
    if (duration !== undefined) onAdvance(duration);
  };
  return (
    <form className={styles.own} onSubmit={submit}>
      <Field size="small" {...(problem === undefined ? {} : { validationMessage: problem })}>
        <Input
          className={styles.input}
          size="small"
          aria-label="Advance the clock by another duration"
          placeholder="2h or P1M"
          value={text}
          onChange={(_event, { value }) => setText(value)}
        />
      </Field>
      <Button size="small" type="submit" disabled={isPending}>
        Advance
      </Button>
    </form>
  );
}
