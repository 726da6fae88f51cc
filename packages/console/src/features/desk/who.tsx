import { makeStyles, tokens } from '@fluentui/react-components';
import { useActorId } from '../../session/session-context.js';

const useStyles = makeStyles({
  id: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
});

/** Who did something, by the id that the service has for them. */
export function Who({ id }: { readonly id: string }) {
  const styles = useStyles();
  const ownId = useActorId();
  if (id === 'policy') return <>the automatic policy</>;
  if (id === ownId) return <>you</>;
  return <bdi className={styles.id}>{id}</bdi>;
}
