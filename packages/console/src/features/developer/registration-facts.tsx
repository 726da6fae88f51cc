import { makeStyles, tokens } from '@fluentui/react-components';
import type { WebhookRegistration } from '@vetted/client';
import { CopyButton } from '../../ui/copy-button.js';
import { Facts } from './facts.js';
import { eventLabel } from './webhook-words.js';

const useStyles = makeStyles({
  events: { margin: 0, padding: 0, listStyleType: 'none', display: 'grid', gap: tokens.spacingVerticalXXS },
});

/** The registration as it stands. */
export function RegistrationFacts({ registration }: { readonly registration: WebhookRegistration }) {
  const styles = useStyles();
  const { WebhookUrl, WebhookEvents, SignatureTokenToMsSignatureHeader, SubscriberId } = registration;
  return (
    <Facts>
      <dt>URL</dt>
      <dd>
        <bdi>{WebhookUrl}</bdi> <CopyButton text={WebhookUrl} label="Copy URL" iconOnly />
      </dd>
      <dt>Events</dt>
      <dd>
        <ul className={styles.events}>
          {WebhookEvents.map((name) => (
            <li key={name}>{eventLabel(name)}</li>
          ))}
        </ul>
      </dd>
      <dt>x-ms-signature</dt>
      <dd>{SignatureTokenToMsSignatureHeader ? 'Repeats the signature' : 'Not sent'}</dd>
      <dt>Subscriber ID</dt>
      <dd>
        {SubscriberId} <CopyButton text={SubscriberId} label="Copy subscriber ID" iconOnly />
      </dd>
    </Facts>
  );
}
