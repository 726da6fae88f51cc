import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../domain/clock.js';
import { RateLimited } from '../domain/refusal.js';
import { THROTTLE_PERIOD_IN_MS, type ThrottleLedger, type ThrottleLimits } from '../domain/throttle.js';
import { Budget } from './budget.js';
import { SharedUses } from './shared-uses.js';

/** Customers that are counted apart in a period; those beyond count for their partner alone. */
const MAX_CUSTOMERS = 200_000;
/** What is no customer id does not count as one: it may be long. */
const GUID_LENGTH = 36;

export interface ThrottleOptions {
  readonly limits: ThrottleLimits;
  readonly clock: Clock;
  /** Where several processes add up; undefined where this one has the database to itself. */
  readonly ledger: ThrottleLedger | undefined;
  /** Hears that other processes could not be asked. */
  readonly onError: (error: unknown) => void;
}

/** One kind of request. */
interface Kind {
  readonly kind: 'read' | 'write';
  readonly limits: { readonly partner: number; readonly customer: number };
  readonly names: { readonly partner: string; readonly customer: string };
  /** The header `RateLimit-Policy`. */
  readonly policy: string;
  readonly budgets: Map<string, PartnerBudgets>;
}

interface PartnerBudgets {
  readonly all: Budget;
  readonly byCustomer: Map<string, Budget>;
}

/**
 * Counts requests by partner, and by partner and customer, as Partner Center does. Everything is forgotten when a period
 * ends, so that what is kept is bounded by what is admitted.
 * @see https://learn.microsoft.com/partner-center/developer/api-throttling-guidance
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #shared: SharedUses | undefined;
  readonly #reads: Kind;
  readonly #writes: Kind;
  #period = 0;
  #customers = 0;
  #refusal = new RateLimited(1);

  constructor({ limits, clock, ledger, onError }: ThrottleOptions) {
    this.#clock = clock;
    this.#shared = ledger && new SharedUses(ledger, onError);
    this.#reads = kindOf('read', limits.reads, limits.customerReads);
    this.#writes = kindOf('write', limits.writes, limits.customerWrites);
  }

  /**
   * Counts a request whose caller is known. A promise only where other processes have to be asked.
   * @throws RateLimited where the partner has used its limit, or that for this customer
   */
  admit(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const now = this.#clock().getTime();
    this.#begin(Math.floor(now / THROTTLE_PERIOD_IN_MS));
    const kind = request.method === 'GET' || request.method === 'HEAD' ? this.#reads : this.#writes;
    const { customerId } = request.params as { readonly customerId?: string };
    const budget = this.#budget(kind, request.caller.partnerId, customerId);
    const may = budget.take();
    if (may === true) {
      if (budget.isLow) this.#tell(kind, budget, now, reply);
      return;
    }
    return may === false ? this.#refuse(kind, budget, now, reply) : this.#admitLater(may, kind, budget, reply);
  }

  async #admitLater(asked: Promise<boolean>, kind: Kind, budget: Budget, reply: FastifyReply): Promise<void> {
    const may = await asked;
    const now = this.#clock().getTime();
    if (!may) this.#refuse(kind, budget, now, reply);
    else if (budget.isLow) this.#tell(kind, budget, now, reply);
  }

  #begin(period: number): void {
    if (period === this.#period) return;
    this.#period = period;
    this.#customers = 0;
    this.#reads.budgets.clear();
    this.#writes.budgets.clear();
  }

  #budget(kind: Kind, partnerId: string, customerId: string | undefined): Budget {
    let partner = kind.budgets.get(partnerId);
    if (partner === undefined) {
      partner = { all: this.#newBudget(kind, 'partner', partnerId, ''), byCustomer: new Map() };
      kind.budgets.set(partnerId, partner);
    }
    if (customerId?.length !== GUID_LENGTH) return partner.all;
    const key = customerId.toLowerCase();
    const known = partner.byCustomer.get(key);
    if (known !== undefined) return known;
    // Of customers that a partner asks for beyond its limit nothing is kept: they may be as many as it sends requests.
    if (partner.all.isUsedUp || this.#customers === MAX_CUSTOMERS) return partner.all;
    this.#customers += 1;
    const budget = this.#newBudget(kind, 'customer', partnerId, key, partner.all);
    partner.byCustomer.set(key, budget);
    return budget;
  }

  #newBudget(kind: Kind, of: 'partner' | 'customer', partnerId: string, customerId: string, parent?: Budget): Budget {
    return new Budget({
      name: kind.names[of],
      limit: kind.limits[of],
      of: { partnerId, customerId, kind: kind.kind, period: this.#period },
      shared: this.#shared,
      ...(parent && { parent }),
    });
  }

  #tell({ policy }: Kind, budget: Budget, now: number, reply: FastifyReply): void {
    reply.header('RateLimit-Policy', policy);
    reply.header('RateLimit', budget.describe(secondsLeft(now)));
  }

  /** One error serves all that are refused in a second: making one costs more than answering with it. */
  #refuse(kind: Kind, budget: Budget, now: number, reply: FastifyReply): never {
    this.#tell(kind, budget, now, reply);
    const seconds = secondsLeft(now);
    if (this.#refusal.retryAfterInSeconds !== seconds) this.#refusal = new RateLimited(seconds);
    throw this.#refusal;
  }
}

function secondsLeft(now: number): number {
  return Math.ceil((THROTTLE_PERIOD_IN_MS - (now % THROTTLE_PERIOD_IN_MS)) / 1000);
}

function kindOf(kind: Kind['kind'], partner: number, customer: number): Kind {
  const names = { partner: `${kind}s`, customer: `customer-${kind}s` };
  const seconds = THROTTLE_PERIOD_IN_MS / 1000;
  return {
    kind,
    limits: { partner, customer },
    names,
    policy: `"${names.partner}";q=${partner};w=${seconds}, "${names.customer}";q=${customer};w=${seconds}`,
    budgets: new Map(),
  };
}
