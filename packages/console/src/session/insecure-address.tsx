import { Paragraph, PlainPage } from '../ui/plain-page.js';

/** Shown where the page came by http from another machine: what is sent there could be read on its way, tokens too. */
export function InsecureAddress({ host }: { readonly host: string }) {
  return (
    <PlainPage title="Open this page by https">
      <Paragraph>
        You cannot sign in at http://{host}, because others could read what is sent. Ask the operator for an address
        that begins with https, or open the console on the machine itself.
      </Paragraph>
    </PlainPage>
  );
}
