import { Empty } from '../ui/empty.js';

/** Shown where the operator has named no application to sign in with. */
export function NotConfigured() {
  return (
    <main>
      <Empty title="Nobody can sign in here yet">
        The operator of this service has to name the application that people sign in with: vetted serve
        --console-client-id. The API and the command line work without it.
      </Empty>
    </main>
  );
}
