import type { QualificationName, VettingStatus } from '@vetted/client';
import { useSearchParams } from 'react-router';

/** What the queue shows; absent means all. */
export interface DeskFilters {
  readonly status?: VettingStatus;
  readonly qualification?: QualificationName;
  readonly search?: string;
}

/** The choice of every status in the address; without a choice the queue holds what waits. */
export const ALL = 'All';

const statuses: readonly string[] = ['InReview', 'Approved', 'Denied', ALL];
/** Those that are vetted. */
const qualifications: readonly string[] = ['Education', 'GovernmentCommunityCloud'];

export type FilterName = 'status' | 'qualification' | 'search';

/** The queue's filters, which stand in the address, so that they can be shared and outlast a reload. */
export function useDeskFilters() {
  const [params, setParams] = useSearchParams();
  const status = among(statuses, params.get('status')) ?? 'InReview';
  const qualification = among(qualifications, params.get('qualification'));
  const search = params.get('search')?.trim();
  const filters: DeskFilters = {
    ...(status !== ALL && { status: status as VettingStatus }),
    ...(qualification !== undefined && { qualification: qualification as QualificationName }),
    ...(search && { search }),
  };
  const setFilter = (name: FilterName, value: string) =>
    setParams(
      (current) => {
        if (value === '') current.delete(name);
        else current.set(name, value);
        return current;
      },
      { replace: true },
    );
  const query = params.toString();
  return { filters, setFilter, queryText: query === '' ? '' : `?${query}` };
}

function among(names: readonly string[], value: string | null): string | undefined {
  return names.find((name) => name === value);
}
