import { Button, CompoundButton, makeStyles, tokens } from '@fluentui/react-components';
import { Failure } from '../ui/failure.js';
import { Paragraph, PlainPage } from '../ui/plain-page.js';
import { useSession, useSettings } from './session-context.js';

const useStyles = makeStyles({
  choices: { display: 'grid', gap: tokens.spacingVerticalS },
  choice: { maxWidth: 'none', justifyContent: 'start', textAlign: 'start' },
});

/** Where a person signs in; in a sandbox, as one of the sample users. */
export function SignInPage() {
  const { state } = useSession();
  const { sandbox } = useSettings();
  const isFarewell = state.status === 'signed-out' && state.isFarewell === true;
  return (
    <PlainPage title={isFarewell ? 'You are signed out' : 'Sign in'}>
      <Paragraph>
        {isFarewell
          ? 'You can close this page, or sign in again.'
          : 'Customer qualifications, and the vetting behind them.'}
      </Paragraph>
      {state.status === 'signed-out' && state.error !== undefined && (
        <Failure title="You could not be signed in" error={state.error} />
      )}
      {sandbox === undefined ? <SignInButton /> : <SampleUsers />}
    </PlainPage>
  );
}

function SignInButton() {
  const { session } = useSession();
  return (
    <Button appearance="primary" size="large" onClick={() => session.signIn()}>
      Sign in
    </Button>
  );
}

function SampleUsers() {
  const styles = useStyles();
  const { session } = useSession();
  const { sandbox } = useSettings();
  return (
    <div className={styles.choices}>
      {sandbox?.users.map(({ displayName, userPrincipalName, tenantName }) => (
        <CompoundButton
          key={userPrincipalName}
          className={styles.choice}
          secondaryContent={tenantName}
          onClick={() => session.signIn({ loginHint: userPrincipalName })}
        >
          Sign in as {displayName}
        </CompoundButton>
      ))}
      <Paragraph>This is a sandbox: its users are samples, and need no password.</Paragraph>
    </div>
  );
}
