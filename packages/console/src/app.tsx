import { Link, makeStyles, tokens } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { Navigate, Route, Link as RouterLink, Routes, useLocation } from 'react-router';
import { useRecovery } from './layout/connection.js';
import { SandboxSwitches } from './layout/sandbox-switches.js';
import { Shell } from './layout/shell.js';
import { CallerProvider, useClient, useRoles, useSession } from './session/session-context.js';
import { SessionEndedDialog } from './session/session-ended-dialog.js';
import { SignInPage } from './session/sign-in-page.js';
import { ErrorBoundary } from './ui/error-boundary.js';
import { Failure } from './ui/failure.js';
import { lazyPart } from './ui/lazy-part.js';
import { Loading } from './ui/loading.js';
import { Page } from './ui/page.js';
import { Paragraph, PlainPage } from './ui/plain-page.js';

const OverviewPage = lazyPart(async () => (await import('./features/overview/overview-page.js')).OverviewPage);
const CustomersPage = lazyPart(async () => (await import('./features/customers/customers-page.js')).CustomersPage);
const CustomerPage = lazyPart(async () => (await import('./features/customer/customer-page.js')).CustomerPage);
const DeskPage = lazyPart(async () => (await import('./features/desk/desk-page.js')).DeskPage);
const DeveloperPage = lazyPart(async () => (await import('./features/developer/developer-page.js')).DeveloperPage);

/** Which page is at an address, the most particular first. */
const pages = [
  ['/customers/', CustomerPage],
  ['/customers', CustomersPage],
  ['/desk', DeskPage],
  ['/developer', DeveloperPage],
  ['/', OverviewPage],
] as const;

const useStyles = makeStyles({ link: { color: tokens.colorBrandForegroundLink } });

/** The client tries again by itself, so a query does not. What a person sends while offline fails at once, not later. */
function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false, networkMode: 'always' } },
  });
}

/** The console: who is not signed in signs in; who is sees the pages that are for them. */
export function App() {
  const { state } = useSession();
  const [queries] = useState(newQueryClient);
  if (state.status === 'signed-out') return <SignInPage />;
  return (
    <QueryClientProvider client={queries}>
      <SignedIn />
      <SessionEndedDialog />
    </QueryClientProvider>
  );
}

function SignedIn() {
  const client = useClient();
  const { session } = useSession();
  const { pathname } = useLocation();
  useRecovery(useQueryClient());
  const caller = useQuery({
    queryKey: ['caller'],
    queryFn: async ({ signal }) => {
      const page = pages.find(([path]) => pathname.startsWith(path))?.[1];
      const [information] = await Promise.all([client.vetting.getCaller({ abortSignal: signal }), page?.fetch()]);
      return information;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (caller.data !== undefined) {
    return (
      <CallerProvider value={caller.data}>
        <Shell>
          <Pages />
        </Shell>
      </CallerProvider>
    );
  }
  if (!caller.error) return <Loading label="Signing in" />;
  return (
    <>
      <PlainPage title="You could not be signed in">
        <Failure title="The service did not let you in" error={caller.error} onRetry={() => caller.refetch()} />
        <Paragraph>
          <Link as="button" inline onClick={() => session.signOut()}>
            Sign out
          </Link>{' '}
          to sign in as somebody else.
        </Paragraph>
      </PlainPage>
      {/* The fault may be one that was forced there, and is ended there. */}
      <SandboxSwitches />
    </>
  );
}

function Pages() {
  const { isPartner, isReviewer } = useRoles();
  const { pathname } = useLocation();
  if (!isPartner && !isReviewer) return <NothingForYou />;
  return (
    <ErrorBoundary place={pathname}>
      <Suspense fallback={<Loading label="Loading the page" />}>
        <Routes>
          {isPartner && (
            <>
              <Route path="/" element={<OverviewPage />} />
              <Route path="/customers" element={<CustomersPage />} />
              <Route path="/customers/:customerId/*" element={<CustomerPage />} />
              <Route path="/developer" element={<DeveloperPage />} />
            </>
          )}
          {isReviewer && <Route path="/desk/:reviewId?" element={<DeskPage />} />}
          {!isPartner && <Route path="/" element={<Navigate to="/desk" replace />} />}
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}

function NothingForYou() {
  return (
    <Page title="There is nothing for you here yet">
      <Paragraph>
        Your organisation is not registered with this service as a partner, and you have no role at its vetting desk.
        Ask the operator to register your tenant; its ID stands under your name above.
      </Paragraph>
    </Page>
  );
}

function NoSuchPage() {
  const styles = useStyles();
  return (
    <Page title="There is no such page">
      <Paragraph>
        The address is wrong, or what is there is not for you.{' '}
        <RouterLink to="/" className={styles.link}>
          Go to the first page
        </RouterLink>
      </Paragraph>
    </Page>
  );
}
