import { readContinueFrom, writeContinueFrom } from './continue-from.js';
import { type CustomersFilter, customersOperations, firstPage } from './customers.js';
import { isPartnerCenterError, type PartnerCenterError } from './errors.js';
import type { Customer, CustomerPage, Qualification } from './models.js';
import {
  type ClientSettings,
  callback,
  type OperationOptions,
  operationOptions,
  refuseMisspelt,
  wholeNumber,
} from './options.js';
import { OrderedCalls } from './ordered-calls.js';
import { type PagePlace, readPageToken, writePageToken } from './page-token.js';
import { qualificationOperations } from './qualification.js';
import { Pause } from './transport/pause.js';
import type { Send } from './transport/pipeline.js';
import { abortError, onAbort } from './wait.js';

const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 64;

/** One customer with its qualifications, of {@link QualificationsOperations.list}. */
export interface CustomerQualifications {
  /** The customer. */
  customer: Customer;
  /** Its qualifications; empty where it has none, and where they could not be had. */
  qualifications: Qualification[];
  /** Why the qualifications could not be had; absent where they could. */
  error?: PartnerCenterError;
  /**
   * Give it as {@link ListQualificationsOptions.continueFrom} to go on after this customer. It holds no secret, but the
   * filter of the listing, and a few hundred characters at most.
   */
  continueFrom: string;
}

/** How far a run of {@link QualificationsOperations.list} is. A run that continues another one counts from 0. */
export interface ListQualificationsProgress {
  /** How many customers were handed over, those with an `error` included. */
  done: number;
  /** How many of these had an `error`. */
  failed: number;
  /** How many customers the listing has in all, where the service says so: also those before `continueFrom`. */
  totalCount?: number;
  /** Until when the run pauses, because the service asked for it; absent while it does not. */
  pausedUntil?: Date;
}

/** Options of {@link QualificationsOperations.list}. The options of a call hold for each request of the run. */
export interface ListQualificationsOptions extends Omit<OperationOptions, 'requestId'> {
  /** Only the customers that match. Default: all. A run that continues another one has the other one's filter. */
  filter?: CustomersFilter;
  /** Customers a page, 1 to 500. Default: the service's own. A run that continues another one has the other one's. */
  pageSize?: number;
  /** How many requests may be under way at once, those for pages included. Default 8; whole, 1 to 64. */
  concurrency?: number;
  /** `continueFrom` of the last customer of an earlier run that was taken care of. Default: from the beginning. */
  continueFrom?: string;
  /** Hears of each customer before it is handed over, and of each pause. What it throws ends the run. */
  onProgress?: (progress: ListQualificationsProgress) => void;
}

/** The qualifications of all customers of the partner. */
export interface QualificationsOperations {
  /**
   * Lists every customer of the partner with its qualifications, with App or App+User credentials, in the order in which
   * `customers.list()` gives them. Several requests are under way at once. Little is kept in memory, however many
   * customers there are: while nobody takes the next customer, nothing more is asked for. Nothing is sent before the
   * first one is asked for.
   *
   * A customer whose qualifications cannot be had comes with an `error`, and the run goes on. Where the service answers
   * 429, the whole run pauses once, as long as it asks for (`Retry-After`), and then repeats the call; that does not
   * count as one of the retries. With `maxRetries: 0` the run pauses as well, and the call is not repeated.
   *
   * The iteration rejects, and the run is over, where a page of customers cannot be had, the service does not accept the
   * token (401), or it asks for a longer pause than `maxRetryDelayInMs`: with a {@link PartnerCenterError}. Where the
   * credential gives no token, with the credential's own error; where it is aborted, at once, with an `AbortError`. To
   * leave the loop gives up what is under way.
   *
   * Such a run can be continued, in another process too, from the `continueFrom` of the last customer that was taken
   * care of. The page of this customer is fetched again, and given from the one after it. If this customer has gone from
   * its page meanwhile, the page is given from its start: a customer may then come twice, but none is left out. If the
   * service no longer honours the place (it then refuses the page, with 400 mostly), the run rejects before its first
   * customer, and can only be made anew. All requests of a run share one correlation id, and each has its own request id.
   *
   * Throws a RangeError for a `concurrency` out of range and for a `continueFrom` that is none, and a TypeError for one
   * of the wrong type.
   *
   * @see https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers
   * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printDenied(client: PartnerCenterClient, keep: (continueFrom: string) => void, from?: string) {
   *   const options = { concurrency: 16, ...(from === undefined ? {} : { continueFrom: from }) };
   *   for await (const { customer, qualifications, error, continueFrom } of client.qualifications.list(options)) {
   *     if (error !== undefined) console.error(customer.id, error.message);
   *     for (const { qualification, vettingStatus, vettingReason } of qualifications) {
   *       if (vettingStatus === 'Denied') console.log(customer.companyProfile.companyName, qualification, vettingReason);
   *     }
   *     keep(continueFrom);
   *   }
   * }
   * ```
   */
  list(options?: ListQualificationsOptions): AsyncIterableIterator<CustomerQualifications>;
}

type Settings = Pick<ClientSettings, 'baseUrl' | 'correlationId' | 'retry'>;

export function qualificationsOperations(send: Send, settings: Settings): QualificationsOperations {
  return { list: (options = {}) => new Run(send, settings, options).items() };
}

/** A customer that is not asked about yet, and the page that it is on. */
interface Listed {
  readonly customer: Customer;
  readonly page: PagePlace;
}

const listOptions = {
  ...operationOptions,
  filter: true,
  pageSize: true,
  concurrency: true,
  continueFrom: true,
  onProgress: true,
} satisfies Record<keyof ListQualificationsOptions, true>;

/** One way through all customers. */
class Run {
  readonly #settings: Settings;
  readonly #options: ListQualificationsOptions;
  readonly #callOptions: OperationOptions;
  readonly #calls: OrderedCalls<Listed, CustomerQualifications>;
  readonly #pause: Pause;
  readonly #send: Send;
  readonly #underWay = new Set<AbortController>();
  readonly #progress: ListQualificationsProgress = { done: 0, failed: 0 };

  constructor(send: Send, settings: Settings, options: ListQualificationsOptions) {
    const { filter, pageSize, concurrency, continueFrom, onProgress, abortSignal: _, ...everyCall } = options;
    refuseMisspelt(options, listOptions);
    callback('onProgress', onProgress);
    this.#settings = settings;
    this.#options = options;
    this.#callOptions = {
      ...everyCall,
      correlationId: everyCall.correlationId ?? settings.correlationId ?? crypto.randomUUID(),
    };
    this.#pause = new Pause(settings.retry, () => this.#report());
    this.#send = this.#sending(send);
    const from = continueFrom === undefined ? undefined : readContinueFrom(continueFrom);
    this.#calls = new OrderedCalls({
      nextItems: this.#pagesFrom(from?.page ?? firstPage(filter, pageSize), from?.customerId),
      call: (listed) => this.#ask(listed),
      endsAtOnce: (error) => this.#endsRun(error),
      giveUp: () => this.#giveUp(),
      concurrency: wholeNumber('concurrency', concurrency ?? DEFAULT_CONCURRENCY, 1, MAX_CONCURRENCY),
    });
  }

  /** To return ends the run also while the next item is waited for; a generator alone would hear of it only then. */
  items(): AsyncIterableIterator<CustomerQualifications> {
    const items = this.#items();
    return {
      next: () => items.next(),
      return: () => {
        this.#calls.stop();
        return items.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#items(): AsyncGenerator<CustomerQualifications, void, void> {
    const release = onAbort(this.#options.abortSignal, () => this.#calls.abort(abortError()));
    try {
      for await (const item of this.#calls.results()) {
        this.#progress.done += 1;
        if (item.error !== undefined) this.#progress.failed += 1;
        this.#report();
        yield item;
      }
    } finally {
      release();
    }
  }

  /** A signal for each call: one for all of them would have more listeners than Node.js takes for no leak. */
  #sending(send: Send): Send {
    return async (call, options) => {
      const controller = new AbortController();
      this.#underWay.add(controller);
      try {
        return await send({ ...call, pause: this.#pause }, { ...options, abortSignal: controller.signal });
      } finally {
        this.#underWay.delete(controller);
      }
    };
  }

  #giveUp(): void {
    for (const controller of this.#underWay) controller.abort();
  }

  /** The customers of one page after the other; of the first page, those after the one that came last before. */
  #pagesFrom(first: PagePlace, lastId: string | undefined): () => Promise<Listed[] | undefined> {
    const pages = customersOperations(this.#send, this.#settings)
      .list(this.#callOptions)
      .byPage({ continuationToken: writePageToken(first) });
    let place: PagePlace | undefined = first;
    let skipped = lastId;
    return async () => {
      if (place === undefined) return undefined;
      const page = place;
      const customers: CustomerPage = (await pages.next()).value;
      if (customers.totalCount !== undefined) this.#progress.totalCount = customers.totalCount;
      place = customers.continuationToken === undefined ? undefined : readPageToken(customers.continuationToken);
      const after = skipped === undefined ? 0 : customers.findIndex(({ id }) => id === skipped) + 1;
      skipped = undefined;
      return customers.slice(after).map((customer) => ({ customer, page }));
    };
  }

  async #ask({ customer, page }: Listed): Promise<CustomerQualifications> {
    const continueFrom = writeContinueFrom({ page, customerId: customer.id });
    try {
      const { getQualifications } = qualificationOperations(this.#send, customer.id);
      return { customer, qualifications: await getQualifications(this.#callOptions), continueFrom };
    } catch (error) {
      if (!isPartnerCenterError(error) || this.#endsRun(error)) throw error;
      return { customer, qualifications: [], error, continueFrom };
    }
  }

  /** What would meet every further request as well, and what is no matter of the service's. */
  #endsRun(error: unknown): boolean {
    if (!isPartnerCenterError(error)) return true;
    const { statusCode, retryAfterInMs = 0 } = error;
    return statusCode === 401 || (statusCode === 429 && retryAfterInMs > this.#settings.retry.maxRetryDelayInMs);
  }

  #report(): void {
    const pausedUntil = this.#pause.until;
    this.#options.onProgress?.({ ...this.#progress, ...(pausedUntil === undefined ? {} : { pausedUntil }) });
  }
}
