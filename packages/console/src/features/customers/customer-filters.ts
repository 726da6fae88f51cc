import type { CustomerAttention, QualificationName, VettingStatus } from '@vetted/client';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { oneOf } from '../../ui/one-of.js';

export const qualificationNames = ['Education', 'GovernmentCommunityCloud', 'StateOwnedEntity'] as const;
export const vettingStatuses = ['InReview', 'Approved', 'Denied'] as const;
const attentions = ['Resubmittable', 'Overdue'] as const;

/** What the list of customers is narrowed to. It stands in the address, under the names that the service has for it. */
export interface CustomerFilters {
  readonly search?: string;
  readonly qualification?: QualificationName;
  readonly vettingStatus?: VettingStatus;
  readonly attention?: CustomerAttention;
}

/** New values by name; an empty one ends the filter. */
export type FilterChanges = { readonly [Name in keyof CustomerFilters]?: string | undefined };

/** The filters in the address, and how to change them there. Nothing is added to the browser's history. */
export function useCustomerFilters(): [CustomerFilters, (changes: FilterChanges) => void] {
  const [parameters, setParameters] = useSearchParams();
  const filters = useMemo(() => readFilters(parameters), [parameters]);
  const change = (changes: FilterChanges) =>
    setParameters((current) => changedParameters(current, changes), { replace: true });
  return [filters, change];
}

/** Nobody vets a State Owned Entity. */
export const isVetted = (qualification: string | undefined): boolean => qualification !== 'StateOwnedEntity';

function readFilters(parameters: URLSearchParams): CustomerFilters {
  const search = parameters.get('search')?.trim();
  const qualification = oneOf(qualificationNames, parameters.get('qualification'));
  const vettingStatus = isVetted(qualification) ? oneOf(vettingStatuses, parameters.get('vettingStatus')) : undefined;
  const attention = oneOf(attentions, parameters.get('attention'));
  return {
    ...(search && { search }),
    ...(qualification && { qualification }),
    ...(vettingStatus && { vettingStatus }),
    ...(attention && { attention }),
  };
}

function changedParameters(parameters: URLSearchParams, changes: FilterChanges): URLSearchParams {
  const changed = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries(changes)) {
    if (value) changed.set(name, value);
    else changed.delete(name);
  }
  if (!isVetted(changed.get('qualification') ?? undefined)) changed.delete('vettingStatus');
  return changed;
}
