import { Paragraph, PlainPage } from '../ui/plain-page.js';

/** Shown where the operator has named no application to sign in with. */
export function NotConfigured() {
  return (
    <PlainPage title="Nobody can sign in here yet">
      <Paragraph>
        The operator of this service has to name the application that people sign in with, by vetted serve
        --console-client-id. The API and the command line work without it.
      </Paragraph>
    </PlainPage>
  );
}
