import { Text } from '@fluentui/react-components';
import { useSettings } from '../../session/session-context.js';
import { CopyButton } from '../../ui/copy-button.js';
import { NewTabLink } from '../../ui/new-tab-link.js';
import { CodeSample } from './code-sample.js';
import { Facts } from './facts.js';
import { Section } from './section.js';
import { verifyWebhookSample } from './verify-webhook.sample.js';

const PACK = 'npm pack -w packages/client --pack-destination /tmp';

/** What somebody needs who writes a program for this service. */
export function References() {
  const { version } = useSettings();
  const install = `npm install /tmp/vetted-client-${version}.tgz @azure/identity`;
  return (
    <Section title="For your program">
      <Facts>
        <dt>Base URL</dt>
        <dd>
          {location.origin} <CopyButton text={location.origin} label="Copy base URL" iconOnly />
        </dd>
        <dt>API</dt>
        <dd>
          <NewTabLink href="/docs">Every route, to read</NewTabLink>
        </dd>
        <dt>OpenAPI</dt>
        <dd>
          <NewTabLink href="/openapi.json">The same for tools</NewTabLink>
        </dd>
      </Facts>
      <Text as="p">
        The client is not on npm yet. Pack it in the folder of Vetted, once it is built, and install the file in yours:
      </Text>
      <CodeSample code={`${PACK}\n${install}`} label="Commands that pack and install the client" />
      <Text as="p">Take a delivery only where its signature is good:</Text>
      <CodeSample code={verifyWebhookSample} label="Program that verifies a webhook" />
    </Section>
  );
}
