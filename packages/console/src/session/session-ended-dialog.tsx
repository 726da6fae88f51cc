import { Button, makeStyles, Subtitle1, Text, tokens } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import { Failure } from '../ui/failure.js';
import { useSession } from './session-context.js';

const useStyles = makeStyles({
  dialog: {
    boxSizing: 'border-box',
    width: '100%',
    maxWidth: 'min(30rem, calc(100vw - 2rem))',
    padding: tokens.spacingHorizontalXXL,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    borderRadius: tokens.borderRadiusXLarge,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow64,
    '::backdrop': { backgroundColor: tokens.colorBackgroundOverlay },
  },
  content: { display: 'grid', gap: tokens.spacingVerticalL, justifyItems: 'start' },
});

/** Over a page whose session has ended: the page stays, and signing in leads back to it. */
export function SessionEndedDialog() {
  const styles = useStyles();
  const { session, state } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const isExpired = state.status === 'expired';
  useEffect(() => {
    if (isExpired) dialog.current?.showModal();
  }, [isExpired]);
  if (!isExpired) return null;
  const { account, error } = state;
  return (
    // Escape closes a modal dialog in the end, whatever the page says; what it says stays true.
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="session-ended"
      onClose={() => dialog.current?.showModal()}
    >
      <div className={styles.content}>
        <Subtitle1 as="h2" id="session-ended" style={{ margin: 0 }}>
          Your session has ended
        </Subtitle1>
        <Text>Sign in again to go on where you are. What was not sent yet is lost.</Text>
        {error !== undefined && <Failure title="You could not be signed in" error={error} />}
        <Button appearance="primary" onClick={() => session.signIn({ loginHint: account.username })}>
          Sign in again
        </Button>
      </div>
    </dialog>
  );
}
