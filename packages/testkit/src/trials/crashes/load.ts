import { setTimeout } from 'node:timers/promises';
import type { ServiceProcess } from '../../service-process.js';
import type { House } from '../house.js';
import { patientFetch } from '../patient.js';
import type { Random } from '../random.js';
import { watchCommits } from './commits.js';
import { type Ledger, send, type Write } from './ledger.js';

/**
 * When a service is killed: once it has given so many answers, after so many milliseconds, or once it was seen to commit
 * so often, which is most likely to be before it could answer.
 */
export type KillPoint = { readonly answers: number } | { readonly milliseconds: number } | { readonly commits: number };

export interface Load {
  readonly house: House;
  readonly service: ServiceProcess;
  readonly ledger: Ledger;
  readonly random: Random;
  /** The customers that something is asked for. */
  readonly customers: readonly string[];
  readonly codes: readonly string[];
  readonly kill: KillPoint;
}

const CALLERS = 10;
/** Whatever the kill waits for, it does not wait for longer. */
const MOST_ANSWERS = 200;
/** One write in so many is sent twice at once, as by a caller that lost patience. */
const WRITES_A_DOUBLE = 4;

/** Asks and decides, several callers at once, until the service is killed. Every write goes into the ledger. */
export async function loadUntilKilled(load: Load): Promise<void> {
  const { service, random } = load;
  const over = new AbortController();
  const kill = await armedKill(load, async () => {
    over.abort();
    await service.stop('SIGKILL');
  });
  const callers = Array.from({ length: CALLERS }, (_, index) =>
    call({ ...load, random: random.branch(index) }, over.signal, kill.onAnswer),
  );
  try {
    await Promise.all(callers);
    await service.ended;
  } finally {
    await kill.disarm();
  }
}

/** Has the service killed at its kill point. */
async function armedKill({ house, kill }: Load, shoot: () => Promise<void>) {
  const counted = (limit: number) => {
    let count = 0;
    return () => {
      count += 1;
      if (count === limit) void shoot();
    };
  };
  const commits = 'commits' in kill ? await watchCommits(house.database, counted(kill.commits)) : undefined;
  if ('milliseconds' in kill) void setTimeout(kill.milliseconds).then(shoot);
  return {
    // Once the customers have all that they can have, PostgreSQL has nothing more to notify of.
    onAnswer: counted('answers' in kill ? kill.answers : MOST_ANSWERS),
    disarm: async () => commits?.close(),
  };
}

/** One caller: a write after the other. */
async function call(load: Load, over: AbortSignal, onAnswer: () => void): Promise<void> {
  const { service, ledger, random } = load;
  while (!over.aborted) {
    const write = random.chance(0.3) ? await decision(load) : request(load, random);
    if (write === undefined) {
      if (over.aborted) return;
      continue;
    }
    ledger.add(write);
    const times = random.below(WRITES_A_DOUBLE) === 0 ? 2 : 1;
    await Promise.all(
      Array.from({ length: times }, async () => {
        const told = await send(service.url, write);
        if (told === undefined) {
          if (!over.aborted)
            throw new Error(`The service gave no answer although nobody had killed it:\n${service.output()}`);
          return;
        }
        ledger.answered(write, told);
        onAnswer();
      }),
    );
  }
}

function request({ house, customers, codes }: Load, random: Random): Write {
  const wish = random.pick(['Education', 'Education', 'GovernmentCommunityCloud', 'StateOwnedEntity'] as const);
  const customerId = random.pick(customers);
  const validationCode = random.pick(codes);
  const members = {
    Education: { educationSegment: random.pick(['K12', 'HigherEducation']) },
    GovernmentCommunityCloud: { validationCode },
    StateOwnedEntity: {},
  };
  return {
    requestId: random.guid(),
    correlationId: random.guid(),
    tenantId: house.partnerId,
    token: house.agent,
    path: `/v1/customers/${customerId}/qualifications`,
    body: { qualification: wish, ...members[wish] },
    wish,
    customerId,
    ...(wish === 'GovernmentCommunityCloud' ? { validationCode } : {}),
  };
}

interface OpenReview {
  readonly id: string;
  readonly customerId: string;
}

/** A decision about one of the open reviews, as likely as not one that another reviewer decides too. */
async function decision({ house, service, random }: Load): Promise<Write | undefined> {
  const token = random.pick(house.reviewers);
  const reviews = await openReviews(service.url, house.partnerId, token);
  if (reviews.length === 0) return undefined;
  const { id, customerId } = random.pick(reviews);
  return {
    requestId: random.guid(),
    correlationId: random.guid(),
    tenantId: house.operatorId,
    token,
    path: `/vetting/v1/reviews/${id}/decision`,
    body: random.chance(0.3)
      ? { decision: 'Approved' }
      : { decision: 'Denied', reasonCode: random.pick(['NotAnAcademicDomain', 'NotAnEligibleMuseum']) },
    wish: 'decision',
    customerId,
  };
}

async function openReviews(url: string, partnerId: string, token: string): Promise<readonly OpenReview[]> {
  const path = `/vetting/v1/reviews?status=InReview&partner=${partnerId}&sort=-submittedAt&size=5`;
  try {
    const response = await patientFetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    const { items } = (await response.json()) as { items: readonly { id: string; customerId: string }[] };
    return items;
  } catch (error) {
    // The service was killed.
    if (error instanceof TypeError) return [];
    throw error;
  }
}
