import { Button, Text } from '@fluentui/react-components';
import { Failure } from '../../ui/failure.js';
import { Modal } from '../../ui/modal.js';
import { useEnd } from './use-registration.js';

interface EndRegistrationDialogProps {
  readonly onClose: () => void;
  readonly onEnded: () => void;
}

/** Ends the registration, once the person has confirmed it. */
export function EndRegistrationDialog({ onClose, onEnded }: EndRegistrationDialogProps) {
  const end = useEnd(onEnded);
  const actions = (
    <>
      <Button onClick={onClose}>Keep it</Button>
      <Button appearance="primary" disabled={end.isPending} onClick={() => end.mutate()}>
        End registration
      </Button>
    </>
  );
  return (
    <Modal title="End the registration?" isAlert actions={actions} onClose={onClose}>
      <Text>
        No more events are sent, and those on their way are dropped. The secret ends with it: a new registration has
        another one.
      </Text>
      {end.error && <Failure title="The registration was not ended" error={end.error} />}
    </Modal>
  );
}
