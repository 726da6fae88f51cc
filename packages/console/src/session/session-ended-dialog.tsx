import { Button, Text } from '@fluentui/react-components';
import { Failure } from '../ui/failure.js';
import { Modal } from '../ui/modal.js';
import { useSession } from './session-context.js';

/** Over a page whose session has ended: the page stays, and signing in leads back to it. */
export function SessionEndedDialog() {
  const { session, state } = useSession();
  if (state.status !== 'expired') return null;
  const { account, error } = state;
  const actions = (
    <Button appearance="primary" onClick={() => session.signIn({ loginHint: account.username })}>
      Sign in again
    </Button>
  );
  return (
    <Modal title="Your session has ended" actions={actions}>
      <Text>Sign in again to go on where you are. What was not sent yet is lost.</Text>
      {error !== undefined && <Failure title="You could not be signed in" error={error} />}
    </Modal>
  );
}
