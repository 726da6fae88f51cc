import { Button, Text } from '@fluentui/react-components';
import { useNavigate } from 'react-router';
import { useSession, useSettings } from '../../session/session-context.js';

/** Who is signed in, and everybody else as whom one can sign in. */
export function PersonSwitch() {
  const { session, state } = useSession();
  const { sandbox } = useSettings();
  const navigate = useNavigate();
  const current = state.status === 'signed-in' ? state.account : undefined;
  const others = (sandbox?.users ?? []).filter(({ userPrincipalName }) => userPrincipalName !== current?.username);
  const signIn = async (loginHint: string) => {
    // Whoever signs in comes back to where this page is, and may not be allowed there.
    await navigate('/');
    await session.signIn({ loginHint });
  };
  return (
    <>
      {current && <Text>Signed in as {current.name}</Text>}
      {others.map(({ displayName, userPrincipalName }) => (
        <Button key={userPrincipalName} size="small" onClick={() => signIn(userPrincipalName)}>
          Sign in as {displayName}
        </Button>
      ))}
    </>
  );
}
