import { useQueries, useQuery } from '@tanstack/react-query';
import type { QualificationName } from '@vetted/client';
import { progressQuery, qualificationsQuery } from '../../queries/customer-queries.js';
import { useClient } from '../../session/session-context.js';
import { qualificationWord } from '../../ui/words.js';

/** Why a qualification cannot be requested; absent for those that can. */
export type Obstacles = Readonly<Partial<Record<QualificationName, string>>>;

/** These two stand in each other's way. */
const pair = ['Education', 'GovernmentCommunityCloud'] as const;

/** What is known, before anything is asked for, to stand in the way of a customer's next requests. */
export function useObstacles(customerId: string): Obstacles {
  const client = useClient();
  const { data: qualifications = [] } = useQuery(qualificationsQuery(client, customerId));
  const statusOf = (name: string) => qualifications.find(({ qualification }) => qualification === name)?.vettingStatus;
  // None is watched where none is needed: TanStack Query ends a fetch of somebody else's once its last watcher goes.
  const denied = statusOf('Education') === 'Denied' ? ['Education'] : [];
  const [progress] = useQueries({ queries: denied.map((name) => progressQuery(client, customerId, name)) });
  const obstacles: { -readonly [Name in keyof Obstacles]: Obstacles[Name] } = {};
  for (const name of pair) {
    const other = pair.find((one) => one !== name);
    const obstacle =
      ownObstacle(statusOf(name)) ?? (other !== undefined && isActive(statusOf(other)) ? notWith(other) : undefined);
    if (obstacle !== undefined) obstacles[name] = obstacle;
  }
  if (progress?.data?.attemptsRemaining === 0) {
    obstacles.Education = `Denied, and all ${progress.data.attempt} attempts are used.`;
  }
  return obstacles;
}

function ownObstacle(status: string | undefined): string | undefined {
  if (status === 'Approved') return 'Approved already. An approval is final.';
  return status === 'InReview' ? 'In review already.' : undefined;
}

const isActive = (status: string | undefined): boolean => status === 'Approved' || status === 'InReview';

const notWith = (other: QualificationName): string =>
  `Does not combine with ${qualificationWord(other)}, which is in review or approved.`;
