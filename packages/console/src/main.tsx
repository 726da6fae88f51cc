import { PartnerCenterClient } from '@vetted/client';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app.js';
import { followConnection } from './layout/follow-connection.js';
import { InsecureAddress } from './session/insecure-address.js';
import { NotConfigured } from './session/not-configured.js';
import { Session } from './session/session.js';
import { SessionProvider } from './session/session-context.js';
import { readSettings, type Settings, type SignInSettings } from './session/settings.js';
import { ErrorBoundary } from './ui/error-boundary.js';
import { Failure } from './ui/failure.js';
import { Loading } from './ui/loading.js';
import { Look } from './ui/look.js';
import { PlainPage } from './ui/plain-page.js';

const root = createRoot(document.getElementById('root') as HTMLElement);
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

function show(children: ReactNode): void {
  root.render(
    <StrictMode>
      <Look nonce={nonce}>
        <ErrorBoundary>{children}</ErrorBoundary>
      </Look>
    </StrictMode>,
  );
}

/** How far the clock of a sandbox, which can be moved, is ahead of this machine's. Its authority goes by it. */
function clockOffsetOf({ sandbox }: Settings): () => Promise<number> {
  if (sandbox === undefined) return async () => 0;
  const client = new PartnerCenterClient({ getToken: async () => null }, { baseUrl: location.origin });
  return async () => Date.parse((await client.sandbox.getClock()).now) - Date.now();
}

async function start(settings: Settings, signIn: SignInSettings): Promise<void> {
  followConnection();
  const session = new Session({ signIn, window, clockOffset: clockOffsetOf(settings) });
  if (!(await session.open())) return;
  const client = new PartnerCenterClient(session, {
    baseUrl: location.origin,
    scope: signIn.scope,
    applicationName: 'Vetted console',
    retryOptions: { maxRetries: 2, maxRetryDelayInMs: 5_000 },
    timeoutInMs: 30_000,
  });
  show(
    <SessionProvider session={session} settings={settings} client={client}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </SessionProvider>,
  );
}

const settings = readSettings(document);
if (!window.isSecureContext) {
  show(<InsecureAddress host={location.host} />);
} else if (settings.signIn === undefined) {
  show(<NotConfigured />);
} else {
  show(<Loading label="Signing in" />);
  start(settings, settings.signIn).catch((error: unknown) => {
    show(
      <PlainPage title="The console could not start">
        <Failure title="The browser did not let it" error={error} onRetry={() => location.reload()} />
      </PlainPage>,
    );
  });
}
