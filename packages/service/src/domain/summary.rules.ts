import type { DecisionGroup } from './review.js';

/** How many reviews were decided. */
export function countOf(groups: readonly DecisionGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The hours that so many percent of the decisions took at most: the nearest rank. Decisions of which it is not known how
 * long they took have no rank; undefined where there are no others.
 */
export function percentileOf(groups: readonly DecisionGroup[], percent: number): number | undefined {
  const ranked = groups
    .flatMap(({ hours, count }) => (hours === undefined ? [] : [{ hours, count }]))
    .sort((one, other) => one.hours - other.hours);
  const total = ranked.reduce((sum, { count }) => sum + count, 0);
  let passed = 0;
  return ranked.find(({ count }) => {
    passed += count;
    return passed * 100 >= total * percent;
  })?.hours;
}
