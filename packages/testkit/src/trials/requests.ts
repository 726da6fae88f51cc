import { openAdmin } from '@vetted/service';
import fc from 'fast-check';
import { examples, otherPartner, unqualified } from '../examples.js';
import { call, startSandbox, type TestSandbox } from '../sandbox.js';
import { Answers } from './requests/answers.js';
import { type CallerName, tokensOf } from './requests/callers.js';
import { type Operation, operationsOf } from './requests/description.js';
import { curl, Exchange } from './requests/exchange.js';
import { type GeneratedRequest, type Known, requestOf } from './requests/generated.js';
import type { Trial } from './trial.js';

export interface BombardOptions {
  readonly seed: number;
  /** How many requests every operation gets. */
  readonly amount: number;
  readonly database: string;
  /** What takes longer is taken to hang. */
  readonly timeLimitInMs: number;
  readonly say: (line: string) => void;
}

export const requests: Trial = {
  summary:
    'Requests generated from the OpenAPI document, as every kind of caller: no failure, no answer but a described one.',
  amount: { of: 'requests an operation', byDefault: 10_000 },
  databases: ['sqlite', 'postgres'],
  run: (settings) => bombard({ ...settings, timeLimitInMs: 1_000 }),
};

/** Sends every operation what its description makes likely. Rejects with the smallest request that went wrong, as curl. */
export async function bombard(options: BombardOptions): Promise<string[]> {
  const sandbox = await startSandbox({ database: options.database });
  const exchange = new Exchange(sandbox.url);
  try {
    const { body } = await call(`${sandbox.url}/openapi.json`);
    const operations = operationsOf(body);
    const attack = new Attack(sandbox, exchange, options);
    for (const operation of operations) await attack.on(operation);
    await expectConsistent(sandbox, options.database);
    return [
      `${attack.sent} requests to ${operations.length} operations; the slowest answer took ${Math.round(attack.slowest)} ms.`,
      `By status: ${[...attack.statuses]
        .sort()
        .map(([status, count]) => `${status} × ${count}`)
        .join(', ')}.`,
    ];
  } finally {
    exchange.close();
    await sandbox.close();
  }
}

class Attack {
  sent = 0;
  slowest = 0;
  readonly statuses = new Map<number, number>();
  readonly #sandbox: TestSandbox;
  readonly #exchange: Exchange;
  readonly #options: BombardOptions;
  readonly #answers = new Answers();
  #tokens: Readonly<Record<CallerName, string | undefined>> | undefined;

  constructor(sandbox: TestSandbox, exchange: Exchange, options: BombardOptions) {
    this.#sandbox = sandbox;
    this.#exchange = exchange;
    this.#options = options;
  }

  async on(operation: Operation): Promise<void> {
    const { seed, amount, say } = this.#options;
    // Anew: those of the last operation may have expired by the sandbox's clock.
    const tokens = await tokensOf(this.#sandbox.description);
    this.#tokens = tokens;
    const known = await knownValues(this.#sandbox, tokens.reviewer);
    const property = fc.asyncProperty(requestOf(operation, known), (generated) => this.#try(operation, generated));
    const found = await fc.check(property, { seed, numRuns: amount });
    say(`${operation.name}: ${found.numRuns}`);
    const [smallest] = found.counterexample ?? [];
    if (smallest === undefined) return;
    const cause = found.errorInstance;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${operation.name}: ${reason}\n  ${curl(this.#sandbox.url, smallest)}`, { cause });
  }

  async #try(operation: Operation, generated: GeneratedRequest): Promise<void> {
    this.#tokens ??= await tokensOf(this.#sandbox.description);
    const answer = await this.#exchange.send(generated, this.#tokens[generated.caller], this.#options.timeLimitInMs);
    this.sent += 1;
    this.slowest = Math.max(this.slowest, answer.milliseconds);
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    this.#answers.check(operation, answer);
    if (answer.status >= 300) return;
    if (operation.name === 'PUT /sandbox/v1/faults')
      await call(`${this.#sandbox.url}/sandbox/v1/faults`, { method: 'DELETE' });
    // The tokens may have expired by the new time.
    if (operation.name === 'POST /sandbox/v1/clock') this.#tokens = undefined;
  }
}

/** Ids that exist, and some that do not. */
async function knownValues(sandbox: TestSandbox, reviewer: string | undefined): Promise<Known> {
  const { body } = await sandbox.get('/vetting/v1/reviews?size=5', { token: reviewer });
  const nobodys = '93d6950f-e6c4-45a3-85e7-a2b625e4f310';
  return {
    customerId: [
      ...Object.values(unqualified),
      ...examples.map(({ customerId }) => customerId),
      otherPartner.customerId,
    ],
    reviewId: [...body.items.map(({ id }: { id: string }) => id), nobodys],
    tenantId: [sandbox.description.tenantId, otherPartner.tenantId, nobodys],
    validationId: ['12345', '987654', 'ABC'],
    correlationId: [nobodys],
    qualification: ['Education', 'GovernmentCommunityCloud', 'StateOwnedEntity', 'None', 'education'],
  };
}

/** What was counted agrees with what is there, and the history was not broken. */
async function expectConsistent(sandbox: TestSandbox, database: string): Promise<void> {
  const tokens = await tokensOf(sandbox.description);
  for (const token of [tokens.agent, tokens.otherPartner]) {
    let items = 0;
    let page = await sandbox.get('/v1/customers?size=100', { token });
    const { totalCount } = page.body;
    for (;;) {
      items += page.body.items.length;
      const { continuationToken } = page.body;
      if (continuationToken === undefined) break;
      page = await sandbox.get('/v1/customers', { token, headers: { 'ms-continuationtoken': continuationToken } });
    }
    if (items !== totalCount) throw new Error(`${totalCount} customers are counted, and ${items} are listed.`);
    const codes = await sandbox.get('/v1/customers/all/validations', { token });
    for (const { validationId, maxCreates, remainingCreates } of codes.body) {
      const isSound = remainingCreates >= 0 && remainingCreates <= maxCreates;
      if (!isSound) throw new Error(`Of ${maxCreates} creates, code ${validationId} has ${remainingCreates} left.`);
    }
  }
  const admin = await openAdmin({ database, mustExist: true });
  const { broken } = await admin.verifyHistory().finally(() => admin.close());
  if (broken.length > 0) throw new Error(`The history is broken: ${JSON.stringify(broken.slice(0, 5))}`);
}
