import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useConnection } from './connection.js';

const useStyles = makeStyles({ bar: { borderRadius: 0 } });

/** Says that nothing reaches the service, while that is so. The region is always there, so that it is announced. */
export function ConnectionBanner() {
  const styles = useStyles();
  const queries = useQueryClient();
  const connection = useConnection(queries);
  return (
    <div role="status">
      {connection === 'offline' && (
        <MessageBar intent="warning" layout="multiline" politeness="polite" className={styles.bar}>
          <MessageBarBody>
            <MessageBarTitle>You are offline</MessageBarTitle>
            What you see is as it was last. It is brought up to date when you are connected again.
          </MessageBarBody>
        </MessageBar>
      )}
      {connection === 'unreachable' && (
        <MessageBar intent="warning" layout="multiline" politeness="polite" className={styles.bar}>
          <MessageBarBody>
            <MessageBarTitle>The service cannot be reached</MessageBarTitle>
            What you see is as it was last. It is brought up to date when the service answers again.
          </MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => queries.invalidateQueries()}>Try again</Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </div>
  );
}
