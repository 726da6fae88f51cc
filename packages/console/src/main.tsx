import { PartnerCenterClient } from '@vetted/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app.js';
import { NotConfigured } from './session/not-configured.js';
import { Session } from './session/session.js';
import { SessionProvider } from './session/session-context.js';
import { readSettings } from './session/settings.js';
import { Look } from './ui/look.js';

const settings = readSettings(document);
const root = createRoot(document.getElementById('root') as HTMLElement);
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

if (settings.signIn === undefined) {
  root.render(
    <Look nonce={nonce}>
      <NotConfigured />
    </Look>,
  );
} else {
  const { scope } = settings.signIn;
  const sandboxClient =
    settings.sandbox && new PartnerCenterClient({ getToken: async () => null }, { baseUrl: location.origin });
  const clockOffset = async () =>
    sandboxClient === undefined ? 0 : Date.parse((await sandboxClient.sandbox.getClock()).now) - Date.now();
  const session = new Session({ signIn: settings.signIn, window, clockOffset });
  if (await session.open()) {
    const client = new PartnerCenterClient(session, {
      baseUrl: location.origin,
      scope,
      applicationName: 'Vetted console',
      retryOptions: { maxRetries: 2, maxRetryDelayInMs: 5_000 },
      timeoutInMs: 30_000,
    });
    root.render(
      <StrictMode>
        <Look nonce={nonce}>
          <SessionProvider session={session} settings={settings} client={client}>
            <BrowserRouter>
              <App />
            </BrowserRouter>
          </SessionProvider>
        </Look>
      </StrictMode>,
    );
  }
}
