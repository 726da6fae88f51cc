import { makeStyles, tokens } from '@fluentui/react-components';
import { useCaller } from '../../session/session-context.js';

const useStyles = makeStyles({
  id: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
});

/** Who did something: the service knows people by tenant id and object id, joined by a slash. */
export function Who({ id }: { readonly id: string }) {
  const styles = useStyles();
  const { tenantId, subject } = useCaller();
  if (id === 'policy') return <>the automatic policy</>;
  if (id === `${tenantId}/${subject}`) return <>you</>;
  return <bdi className={styles.id}>{id}</bdi>;
}
