import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Shell } from './layout/shell.js';
import { CallerProvider, useClient, useRoles, useSession } from './session/session-context.js';
import { SignInPage } from './session/sign-in-page.js';
import { Empty } from './ui/empty.js';
import { Failure } from './ui/failure.js';
import { Loading } from './ui/loading.js';

const OverviewPage = lazy(async () => ({
  default: (await import('./features/overview/overview-page.js')).OverviewPage,
}));
const CustomersPage = lazy(async () => ({
  default: (await import('./features/customers/customers-page.js')).CustomersPage,
}));
const CustomerPage = lazy(async () => ({
  default: (await import('./features/customer/customer-page.js')).CustomerPage,
}));
const DeskPage = lazy(async () => ({ default: (await import('./features/desk/desk-page.js')).DeskPage }));
const DeveloperPage = lazy(async () => ({
  default: (await import('./features/developer/developer-page.js')).DeveloperPage,
}));

/** The client tries again by itself, so a query does not. */
function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false } },
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
    </QueryClientProvider>
  );
}

function SignedIn() {
  const client = useClient();
  const caller = useQuery({
    queryKey: ['caller'],
    queryFn: ({ signal }) => client.vetting.getCaller({ abortSignal: signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (caller.data !== undefined) {
    return (
      <CallerProvider value={caller.data}>
        <Shell>
          <Suspense fallback={<Loading label="Loading the page" />}>
            <Pages />
          </Suspense>
        </Shell>
      </CallerProvider>
    );
  }
  if (caller.error)
    return <Failure title="You could not be signed in" error={caller.error} onRetry={() => caller.refetch()} />;
  return <Loading label="Signing in" />;
}

function Pages() {
  const { isPartner, isReviewer } = useRoles();
  if (!isPartner && !isReviewer) {
    return (
      <Empty title="There is nothing for you here yet">
        Your organisation is no registered partner of this service, and you have no role at its vetting desk. Ask the
        operator to register your tenant.
      </Empty>
    );
  }
  return (
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
      <Route path="*" element={<Empty title="There is no such page">The address is wrong, or not for you.</Empty>} />
    </Routes>
  );
}
