import { Button, Text } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../../session/session-context.js';
import { Failure } from '../../ui/failure.js';
import { Modal } from '../../ui/modal.js';

interface ResetDialogProps {
  readonly onClose: () => void;
  /** Called once the sample data stands again. */
  readonly onReset: () => void;
}

/** Restores the sample data, once the person has confirmed it. */
export function ResetDialog({ onClose, onReset }: ResetDialogProps) {
  const client = useClient();
  const queries = useQueryClient();
  const reset = useMutation({
    mutationFn: () => client.sandbox.reset(),
    onSuccess: () => {
      onReset();
      void queries.invalidateQueries();
    },
  });
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button appearance="primary" disabled={reset.isPending} onClick={() => reset.mutate()}>
        Restore
      </Button>
    </>
  );
  return (
    <Modal title="Restore the sample data?" isAlert actions={actions} onClose={onClose}>
      <Text>
        Every customer, qualification, review and webhook that was added or changed is forgotten, and all faults end.
        The clock stays where it is.
      </Text>
      {reset.error && <Failure title="The sample data was not restored" error={reset.error} />}
    </Modal>
  );
}
