import { Button, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { failureOf } from '../../queries/unreached.js';
import { Empty } from '../../ui/empty.js';
import { Failure } from '../../ui/failure.js';
import { Loading } from '../../ui/loading.js';
import { Page } from '../../ui/page.js';
import { type CustomerFilters, useCustomerFilters } from './customer-filters.js';
import { CustomersTable } from './customers-table.js';
import { FilterBar } from './filter-bar.js';
import { useCustomers } from './use-customers.js';

const noFilters = { search: undefined, qualification: undefined, vettingStatus: undefined, attention: undefined };

const useStyles = makeStyles({
  count: { display: 'flex', gap: tokens.spacingHorizontalS, alignItems: 'center', minHeight: '24px' },
  more: { display: 'grid', justifyItems: 'center', padding: tokens.spacingVerticalL },
});

/** The partner's customers, each with what it has. */
export function CustomersPage() {
  const [filters, changeFilters] = useCustomerFilters();
  const customers = useCustomers(filters);
  return (
    <Page title="Customers">
      <FilterBar filters={filters} onChange={changeFilters} />
      <Count customers={customers} isNarrowed={isNarrowed(filters)} />
      <Customers
        customers={customers}
        isNarrowed={isNarrowed(filters)}
        onClearFilters={() => changeFilters(noFilters)}
      />
    </Page>
  );
}

const isNarrowed = (filters: CustomerFilters): boolean => Object.keys(filters).length > 0;

interface CountProps {
  readonly customers: ReturnType<typeof useCustomers>;
  readonly isNarrowed: boolean;
}

/** How many there are, told politely to a screen reader whenever it changes. */
function Count({ customers: { data, isPaused, isPlaceholderData }, isNarrowed }: CountProps) {
  const styles = useStyles();
  const totalCount = data?.pages.at(-1)?.totalCount;
  const isWaiting = isPaused && isPlaceholderData;
  return (
    <div className={styles.count}>
      <Text role="status">
        {isWaiting && 'Your search is made as soon as you are connected again.'}
        {!isWaiting && totalCount !== undefined && countText(totalCount, isNarrowed)}
      </Text>
      {isPlaceholderData && !isWaiting && <Spinner size="extra-tiny" delay={300} aria-label="Searching" />}
    </div>
  );
}

function countText(count: number, isNarrowed: boolean): string {
  const customers = `${count.toLocaleString()} ${count === 1 ? 'customer' : 'customers'}`;
  if (!isNarrowed) return customers;
  return `${customers} ${count === 1 ? 'matches' : 'match'}`;
}

interface CustomersProps extends CountProps {
  readonly onClearFilters: () => void;
}

function Customers({ customers, isNarrowed, onClearFilters }: CustomersProps) {
  const { data, error, isFetching, isPaused, isPlaceholderData, refetch } = customers;
  if (data === undefined) {
    if (isPaused) return <Offline />;
    if (!error) return <Loading label="Loading the customers" />;
    return <Failure title="The customers could not be loaded" error={error} onRetry={() => refetch()} />;
  }
  if (data.pages[0]?.totalCount === 0) {
    return isNarrowed ? <NoMatch onClearFilters={onClearFilters} /> : <NoCustomers />;
  }
  const mayFetchMore = customers.hasNextPage && !isFetching && !customers.isFetchNextPageError;
  return (
    <div aria-busy={isPlaceholderData}>
      {customers.isRefetchError && failureOf(customers) && (
        <Failure title="The list could not be brought up to date" error={error} onRetry={() => refetch()} />
      )}
      <CustomersTable
        pages={data.pages}
        onNearEnd={mayFetchMore ? () => customers.fetchNextPage({ cancelRefetch: false }) : undefined}
      />
      <More customers={customers} />
    </div>
  );
}

/** What stands below the last row that is here, while there are more to come. */
function More({
  customers: { isFetchingNextPage, isFetchNextPageError, error, fetchNextPage },
}: Pick<CountProps, 'customers'>) {
  const styles = useStyles();
  if (isFetchNextPageError) {
    return <Failure title="More customers could not be loaded" error={error} onRetry={() => fetchNextPage()} />;
  }
  if (!isFetchingNextPage) return null;
  return (
    <div className={styles.more}>
      <Spinner size="tiny" label="Loading more customers" />
    </div>
  );
}

function NoMatch({ onClearFilters }: { readonly onClearFilters: () => void }) {
  return (
    <Empty title="No customer matches" action={<Button onClick={onClearFilters}>Clear search and filters</Button>}>
      A search finds what a company name or a domain begins with, or a whole Microsoft ID. Check the spelling, or remove
      a filter.
    </Empty>
  );
}

function Offline() {
  return <Empty title="You are offline">The customers are loaded as soon as you are connected again.</Empty>;
}

function NoCustomers() {
  return (
    <Empty title="You have no customers here yet">
      Customers appear here as soon as they are registered as yours. Ask the operator of this service to add them.
    </Empty>
  );
}
