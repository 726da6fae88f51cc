import { Button, Field, Select, Text } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FaultRule } from '@vetted/client';
import { useState } from 'react';
import { useClient } from '../../session/session-context.js';
import { Failure } from '../../ui/failure.js';
import { Modal } from '../../ui/modal.js';
import { effects, repetitions, targets } from './fault-words.js';

/** Has requests go wrong, beside what goes wrong already. */
export function FaultDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const [effect, setEffect] = useState(0);
  const [target, setTarget] = useState(0);
  const [repetition, setRepetition] = useState(0);
  const force = useMutation({
    mutationFn: async (rule: FaultRule) => client.sandbox.replaceFaults([rule, ...(await client.sandbox.listFaults())]),
    onSuccess: (rules) => {
      queries.setQueryData(['faults'], rules);
      onClose();
    },
  });
  const chosen = { ...effects[effect]?.rule, ...targets[target]?.rule, ...repetitions[repetition]?.rule };
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button appearance="primary" disabled={force.isPending} onClick={() => force.mutate(chosen)}>
        Force it
      </Button>
    </>
  );
  return (
    <Modal title="Force a fault" actions={actions} onClose={onClose}>
      <Text>
        The next requests that it is for go wrong, those of this page as those of your program. This page tries some of
        them again by itself.
      </Text>
      <Choice label="What happens" choices={effects} value={effect} onChange={setEffect} />
      <Choice label="To which requests" choices={targets} value={target} onChange={setTarget} />
      <Choice label="How often" choices={repetitions} value={repetition} onChange={setRepetition} />
      {force.error && <Failure title="The fault was not set" error={force.error} />}
    </Modal>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly choices: readonly { readonly words: string }[];
  /** The place of what is chosen. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Choice({ label, choices, value, onChange }: ChoiceProps) {
  return (
    <Field label={label}>
      <Select value={value} onChange={(_event, { value: chosen }) => onChange(Number(chosen))}>
        {choices.map(({ words }, place) => (
          <option key={words} value={place}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
}
