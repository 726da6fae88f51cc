import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ChevronLeftRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type Customer, isPartnerCenterError } from '@vetted/client';
import { Suspense } from 'react';
import { Link, Navigate, NavLink, Route, Routes, useLocation, useParams } from 'react-router';
import { customerQuery } from '../../queries/customer-queries.js';
import { useClient } from '../../session/session-context.js';
import { listSearchOf } from '../../ui/customer-page-state.js';
import { Empty } from '../../ui/empty.js';
import { Failure } from '../../ui/failure.js';
import { lazyPart } from '../../ui/lazy-part.js';
import { Loading } from '../../ui/loading.js';
import { Page } from '../../ui/page.js';
import { customerPath } from '../../ui/paths.js';
import { AccountTab } from './account-tab.js';

const QualificationsTab = lazyPart(
  async () => (await import('../qualifications/qualifications-tab.js')).QualificationsTab,
);

/** The code with which the service refuses what is about a customer whose relationship with the partner has ended. */
const RELATIONSHIP_ENDED = '20002';

const useStyles = makeStyles({
  trail: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    justifySelf: 'start',
    padding: `${tokens.spacingVerticalXXS} 0`,
    color: tokens.colorBrandForegroundLink,
    textDecorationLine: 'none',
    ':hover': { color: tokens.colorBrandForegroundLinkHover, textDecorationLine: 'underline' },
  },
  tabs: { display: 'flex', gap: tokens.spacingHorizontalXS, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  tab: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover, color: tokens.colorNeutralForeground1 },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    boxShadow: `inset 0 -3px ${tokens.colorCompoundBrandStroke}`,
  },
});

/** One customer: its account and its qualifications. */
export function CustomerPage() {
  const { customerId = '' } = useParams();
  const client = useClient();
  const customer = useQuery(customerQuery(client, customerId));
  if (customer.data !== undefined && !isRefused(customer.error))
    return <CustomerTabs key={customerId} customer={customer.data} />;
  if (!customer.error && !customer.isPaused) return <Loading label="Loading the customer" />;
  return (
    <Page title="Customer" trail={<Trail />}>
      {customer.isPaused ? <Offline /> : <NoCustomer error={customer.error} onRetry={() => customer.refetch()} />}
    </Page>
  );
}

/** Whether the service says that the customer is not this partner's, or no longer: then what was shown before is void. */
function isRefused(error: unknown): boolean {
  return isPartnerCenterError(error) && (error.statusCode === 403 || error.statusCode === 404);
}

/** The way back to the list, as it was where the person came from it. */
function Trail() {
  const styles = useStyles();
  const { state } = useLocation();
  return (
    <Link className={styles.trail} to={`/customers${listSearchOf(state)}`}>
      <ChevronLeftRegular aria-hidden />
      Customers
    </Link>
  );
}

function CustomerTabs({ customer }: { readonly customer: Customer }) {
  const { state } = useLocation();
  return (
    <Page title={customer.companyProfile.companyName} trail={<Trail />}>
      <Tabs customerId={customer.id} />
      <Suspense fallback={<Loading label="Loading the page" />}>
        <Routes>
          <Route index element={<Navigate to="account" replace state={state} />} />
          <Route path="account" element={<AccountTab customer={customer} />} />
          <Route path="qualifications" element={<QualificationsTab customerId={customer.id} />} />
          <Route path="*" element={<Empty title="There is no such page">The address is wrong.</Empty>} />
        </Routes>
      </Suspense>
    </Page>
  );
}

const tabs = [
  ['account', 'Account'],
  ['qualifications', 'Qualifications'],
] as const;

function Tabs({ customerId }: { readonly customerId: string }) {
  const styles = useStyles();
  const { state } = useLocation();
  return (
    <nav className={styles.tabs} aria-label="Customer">
      {tabs.map(([path, name]) => (
        <NavLink
          key={path}
          to={customerPath(customerId, path)}
          state={state}
          className={({ isActive }) => mergeClasses(styles.tab, isActive && styles.current)}
        >
          {name}
        </NavLink>
      ))}
    </nav>
  );
}

function Offline() {
  return <Empty title="You are offline">The customer is loaded as soon as you are connected again.</Empty>;
}

interface NoCustomerProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

function NoCustomer({ error, onRetry }: NoCustomerProps) {
  const { statusCode, code } = isPartnerCenterError(error) ? error : {};
  // 400: what stands in the address is no customer tenant id.
  if (statusCode === 404 || statusCode === 400) {
    return (
      <Empty title="You have no such customer">
        None of your customers has this Microsoft ID. Check the address, or find the customer in the list of customers.
      </Empty>
    );
  }
  if (code === RELATIONSHIP_ENDED) {
    return (
      <Empty title="Your relationship with this customer has ended">
        Its account and qualifications can no longer be seen. Once the customer accepts a new relationship, it is in the
        list of customers again.
      </Empty>
    );
  }
  return <Failure title="The customer could not be loaded" error={error} onRetry={onRetry} />;
}
