import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { CopyButton } from '../../ui/copy-button.js';

const useStyles = makeStyles({
  secret: {
    display: 'block',
    marginTop: tokens.spacingVerticalXS,
    fontFamily: tokens.fontFamilyMonospace,
    overflowWrap: 'anywhere',
    whiteSpace: 'normal',
  },
});

interface WebhookSecretProps {
  readonly secret: string;
  readonly onDismiss: () => void;
}

/** The secret of a registration that was made just now, the only time that it is shown. */
export function WebhookSecret({ secret, onDismiss }: WebhookSecretProps) {
  const styles = useStyles();
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Copy the secret now: it is not shown again</MessageBarTitle>
        Your program verifies deliveries with it. If it is lost, end the registration and register anew.
        <code className={styles.secret}>{secret}</code>
      </MessageBarBody>
      <MessageBarActions>
        <CopyButton text={secret} label="Copy secret" />
        <Button onClick={onDismiss}>I have kept it</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
