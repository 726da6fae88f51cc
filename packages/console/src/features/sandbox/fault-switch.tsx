import { Button, Text } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useClient } from '../../session/session-context.js';
import { Failure } from '../../ui/failure.js';
import { lazyPart } from '../../ui/lazy-part.js';
import { describeFault } from './fault-words.js';

const FaultDialog = lazyPart(async () => (await import('./fault-dialog.js')).FaultDialog);

/** How often is looked for what is left of the faults, while there are any. */
const REFRESH_IN_MS = 2_000;

/** What goes wrong at present, and how to begin and end that. */
export function FaultSwitch() {
  const client = useClient();
  const queries = useQueryClient();
  const [isChoosing, setChoosing] = useState(false);
  const { data: rules = [], error } = useQuery({
    queryKey: ['faults'],
    queryFn: ({ signal }) => client.sandbox.listFaults({ abortSignal: signal }),
    refetchInterval: ({ state: { data = [] } }) => (data.length > 0 ? REFRESH_IN_MS : false),
  });
  const end = useMutation({
    mutationFn: () => client.sandbox.endFaults(),
    onSuccess: () => {
      queries.setQueryData(['faults'], []);
      void queries.invalidateQueries();
    },
  });
  const problem = end.error ?? error;
  return (
    <>
      {rules.length === 0 ? <Text>No faults</Text> : <Text as="p">{rules.map(describeFault).join('; ')}</Text>}
      {rules.length > 0 && (
        <Button size="small" disabled={end.isPending} onClick={() => end.mutate()}>
          End faults
        </Button>
      )}
      <Button size="small" onClick={() => setChoosing(true)}>
        Force a fault
      </Button>
      {problem && <Failure title="The faults could not be read or ended" error={problem} />}
      {isChoosing && (
        <Suspense>
          <FaultDialog onClose={() => setChoosing(false)} />
        </Suspense>
      )}
    </>
  );
}
