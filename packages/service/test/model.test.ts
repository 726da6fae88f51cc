import { randomUUID } from 'node:crypto';
import { databases } from '@vetted/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, partner, startBench } from './bench.js';

/** What a customer may have, by the rules of the wire alone. */
interface Model {
  education?: { status: 'InReview' | 'Approved' | 'Denied'; attempts: number; reason?: string; date: string };
  cloud?: { date: string };
  isStateOwned: boolean;
  createsLeft: number;
  /** How many steps the history has. */
  steps: number;
}

interface Real {
  readonly bench: Bench;
  readonly customerId: string;
  readonly code: string;
  readonly reviewerToken: string;
  /** The last request: its id, its body, and what it was answered. */
  last?: { id: string; body: object; told: object };
}

type Command = fc.AsyncCommand<Model, Real>;

const bodies = {
  Education: { qualification: 'Education', educationSegment: 'K12' },
  GovernmentCommunityCloud: { qualification: 'GovernmentCommunityCloud' },
  StateOwnedEntity: { qualification: 'StateOwnedEntity' },
} as const;
type Name = keyof typeof bodies;

const reasons = {
  NotAnAcademicDomain: 'Not an Academic Domain',
  NotAnEligibleMuseum: 'Not an eligible Museum',
} as const;
type Reason = keyof typeof reasons;

/** What the rules answer to a request, and what they make of the model where they grant it. */
function expectation(model: Model, name: Name, date: string): { fault: string } | { change(): void } {
  const { education, cloud } = model;
  const isEducationActive = education?.status === 'InReview' || education?.status === 'Approved';
  const granted = (change: () => void) => ({ change });
  if (name === 'StateOwnedEntity') {
    return granted(() => {
      if (!model.isStateOwned) model.steps += 1;
      model.isStateOwned = true;
    });
  }
  if (name === 'Education') {
    if (education?.status === 'InReview') return { fault: 'QualificationInReview' };
    if (education?.status === 'Approved') return { fault: 'QualificationApproved' };
    if (cloud) return { fault: 'QualificationsNotCombinable' };
    if (education?.attempts === 3) return { fault: 'VettingAttemptsExhausted' };
    return granted(() => {
      model.education = { status: 'InReview', attempts: (education?.attempts ?? 0) + 1, date };
      model.steps += 1;
    });
  }
  if (cloud) return { fault: 'QualificationApproved' };
  if (isEducationActive) return { fault: 'QualificationsNotCombinable' };
  if (model.createsLeft === 0) return { fault: 'ValidationCodeExhausted' };
  return granted(() => {
    model.cloud = { date };
    model.createsLeft -= 1;
    model.steps += 1;
  });
}

/** What GET qualifications must answer. */
function listed({ education, cloud, isStateOwned }: Model): object[] {
  const dated = (date: string) => ({ vettingCreatedDate: date, vettingCreateDate: date });
  return [
    ...(education
      ? [
          {
            qualification: 'Education',
            vettingStatus: education.status,
            ...(education.reason === undefined ? {} : { vettingReason: education.reason }),
            ...dated(education.date),
          },
        ]
      : []),
    ...(cloud ? [{ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved', ...dated(cloud.date) }] : []),
    ...(isStateOwned ? [{ qualification: 'StateOwnedEntity' }] : []),
  ];
}

async function compare(model: Model, { bench, customerId, code }: Real): Promise<void> {
  expect((await bench.sandbox.qualifications(customerId)).body).toEqual(listed(model));
  expect(await bench.remaining(code)).toBe(model.createsLeft);
}

class Request implements Command {
  readonly name: Name;
  constructor(name: Name) {
    this.name = name;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const { bench, customerId, code } = real;
    const body = { ...bodies[this.name], ...(this.name === 'GovernmentCommunityCloud' && { validationCode: code }) };
    const expected = expectation(model, this.name, bench.clock().toISOString());
    const id = randomUUID();
    const answer = await bench.sandbox.request(customerId, body, { headers: { 'ms-requestid': id } });
    real.last = { id, body, told: { status: answer.status, text: answer.text } };
    if ('fault' in expected) {
      expect(answer.body, this.toString()).toMatchObject({ code: expected.fault });
    } else {
      expect(answer.status, answer.text).toBe(201);
      expected.change();
    }
    await compare(model, real);
  }
  toString = () => `request ${this.name}`;
}

class Retry implements Command {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    if (real.last === undefined) return;
    const { id, body, told } = real.last;
    const answer = await real.bench.sandbox.request(real.customerId, body, { headers: { 'ms-requestid': id } });
    expect({ status: answer.status, text: answer.text }).toEqual(told);
    await compare(model, real);
  }
  toString = () => 'retry';
}

/** The review of the latest attempt, as the desk lists it. */
async function latestReview({ bench, customerId, reviewerToken }: Real) {
  const { status, body, text } = await bench.sandbox.get(`/vetting/v1/reviews?search=${customerId}`, {
    token: reviewerToken,
  });
  expect(status, text).toBe(200);
  return body.items.toSorted((one: { attempt: number }, other: { attempt: number }) => other.attempt - one.attempt)[0];
}

class Decide implements Command {
  readonly reason: Reason | undefined;
  constructor(reason: Reason | undefined) {
    this.reason = reason;
  }
  check = ({ education }: Readonly<Model>) => education !== undefined;
  async run(model: Model, real: Real): Promise<void> {
    const review = await latestReview(real);
    expect(review).toMatchObject({ attempt: model.education?.attempts, status: model.education?.status });
    const decision = this.reason ? { decision: 'Denied', reasonCode: this.reason } : { decision: 'Approved' };
    const answer = await real.bench.sandbox.post(`/vetting/v1/reviews/${review.id}/decision`, decision, {
      token: real.reviewerToken,
    });
    if (model.education?.status !== 'InReview') {
      expect(answer.body).toMatchObject({ code: 'ReviewDecided' });
    } else {
      expect(answer.status, answer.text).toBe(200);
      model.education.status = this.reason ? 'Denied' : 'Approved';
      if (this.reason) model.education.reason = reasons[this.reason];
      model.steps += 1;
    }
    await compare(model, real);
  }
  toString = () => (this.reason ? `deny with ${this.reason}` : 'approve');
}

class Reopen implements Command {
  check = ({ education }: Readonly<Model>) => education !== undefined;
  async run(model: Model, real: Real): Promise<void> {
    const review = await latestReview(real);
    const answer = await real.bench.sandbox.post(
      `/vetting/v1/reviews/${review.id}/reopen`,
      { reason: 'It lost its accreditation.' },
      { token: real.reviewerToken },
    );
    if (model.education?.status !== 'Approved') {
      expect(answer.body).toMatchObject({ code: 'ReviewNotApproved' });
    } else {
      expect(answer.status, answer.text).toBe(200);
      model.education.status = 'Denied';
      model.education.reason = 'No longer an Education Customer';
      model.steps += 1;
    }
    await compare(model, real);
  }
  toString = () => 'reopen';
}

class Wait implements Command {
  readonly minutes: number;
  constructor(minutes: number) {
    this.minutes = minutes;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    real.bench.clock.advance(this.minutes * 60_000);
    await compare(model, real);
  }
  toString = () => `wait ${this.minutes} min`;
}

const commands = fc.commands(
  [
    ...(Object.keys(bodies) as Name[]).map((name) => fc.constant(new Request(name))),
    fc.constant(new Request('Education')),
    fc.constant(new Retry()),
    fc.constant(new Decide(undefined)),
    fc.constantFrom(...(Object.keys(reasons) as Reason[])).map((reason) => new Decide(reason)),
    fc.constant(new Reopen()),
    fc.integer({ min: 1, max: 60 }).map((minutes) => new Wait(minutes)),
  ],
  { maxCommands: 25 },
);

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  it('whatever is requested, decided, reopened and sent again, the service does what the rules say', async () => {
    await fc.assert(
      fc.asyncProperty(commands, fc.integer({ min: 0, max: 2 }), async (sequence, creates) => {
        const customerId = await bench.addCustomer();
        const code = await bench.addCode({ remainingCreates: creates });
        const reviewerToken = await bench.sandbox.userToken('reviewer');
        const model: Model = { isStateOwned: false, createsLeft: creates, steps: 0 };
        const real: Real = { bench, customerId, code, reviewerToken };
        await fc.asyncModelRun(() => ({ model, real }), sequence);

        const history = await bench.store.reads.history.ofCustomer(partner, customerId);
        expect(history.customer?.value).toHaveLength(model.steps);
        const { events } = await bench.store.reads.events.after(partner, 0, 100_000);
        expect(events.filter((event) => event.customerId === customerId)).toHaveLength(model.steps);
      }),
      { numRuns: 40, seed: 20_201_203 },
    );
    expect(await bench.store.reads.history.verify()).toMatchObject({ broken: [] });
  });
});
