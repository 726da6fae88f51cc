import type { VettingStatus } from '@vetted/client';
import { useSearchParams } from 'react-router';
import { oneOf } from '../../ui/one-of.js';

/** What the queue shows; absent means all. */
export interface DeskFilters {
  readonly status?: VettingStatus;
  readonly search?: string;
}

/** The choice of every status in the address; without a choice the queue holds what waits. */
export const ALL = 'All';

const statuses = ['InReview', 'Approved', 'Denied', ALL] as const;

export type FilterName = 'status' | 'search';

/** The queue's filters, which stand in the address, so that they can be shared and outlast a reload. */
export function useDeskFilters() {
  const [params, setParams] = useSearchParams();
  const status = oneOf(statuses, params.get('status')) ?? 'InReview';
  const search = params.get('search')?.trim();
  const filters: DeskFilters = {
    ...(status !== ALL && { status }),
    ...(search && { search }),
  };
  const setFilter = (name: FilterName, value: string) =>
    setParams(
      (current) => {
        const changed = new URLSearchParams(current);
        if (value === '') changed.delete(name);
        else changed.set(name, value);
        return changed;
      },
      { replace: true },
    );
  const query = params.toString();
  return { filters, setFilter, queryText: query === '' ? '' : `?${query}` };
}
