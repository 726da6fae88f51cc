import { Button, makeStyles, Text, Title1, tokens } from '@fluentui/react-components';
import { Failure } from '../ui/failure.js';
import { useSession, useSettings } from './session-context.js';

const useStyles = makeStyles({
  page: {
    maxWidth: '26rem',
    margin: '12vh auto 0',
    padding: tokens.spacingHorizontalXL,
    display: 'grid',
    gap: tokens.spacingVerticalL,
  },
  choices: { display: 'grid', gap: tokens.spacingVerticalS },
});

/** Where a person signs in; in a sandbox, as one of the sample users. */
export function SignInPage() {
  const styles = useStyles();
  const { session, state } = useSession();
  const { sandbox } = useSettings();
  return (
    <main className={styles.page}>
      <Title1 as="h1">Vetted</Title1>
      <Text>Customer qualifications, and the vetting behind them.</Text>
      {state.status === 'signed-out' && state.error !== undefined && <Failure error={state.error} />}
      <div className={styles.choices}>
        {sandbox === undefined ? (
          <Button appearance="primary" size="large" onClick={() => session.signIn()}>
            Sign in
          </Button>
        ) : (
          sandbox.users.map(({ displayName, userPrincipalName, tenantName }) => (
            <Button
              key={userPrincipalName}
              size="large"
              onClick={() => session.signIn({ loginHint: userPrincipalName })}
            >
              Sign in as {displayName} ({tenantName})
            </Button>
          ))
        )}
      </div>
    </main>
  );
}
