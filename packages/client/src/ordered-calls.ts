/** What {@link OrderedCalls} works on. */
export interface Work<Item, Result> {
  /** The next items, of which there may be none yet; undefined after the last ones. One request. */
  readonly nextItems: () => Promise<readonly Item[] | undefined>;
  /** The result for an item. One request. What it rejects with ends the run. */
  readonly call: (item: Item) => Promise<Result>;
  /** Whether what `nextItems` rejects with ends the run at once, or only after the items that are there already. */
  readonly endsAtOnce: (error: unknown) => boolean;
  /** Gives up the requests that are under way. Called where the run ends before its time. */
  readonly giveUp: () => void;
  /** How many requests may be under way. */
  readonly concurrency: number;
}

interface Slot<Result> {
  settled?: { readonly result: Result };
}

/** How many calls may have been made ahead, for each that may be under way. */
const WINDOW = 4;

/**
 * Makes a call for each item, several at once, and hands the results over in the order of the items. A bounded number
 * of results waits to be taken; while nobody takes them, nothing new is sent.
 */
export class OrderedCalls<Item, Result> {
  readonly #work: Work<Item, Result>;
  readonly #window: number;
  /** Items that no call was made for yet. */
  #items: Item[] = [];
  /** One for each call that was made, until its result is taken. */
  #slots: Slot<Result>[] = [];
  #underWay = 0;
  #isFetching = false;
  /** There are no items beyond those that are there, the reason being an error where it is one. */
  #end: { readonly error?: unknown } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isStopped = false;
  #wake: () => void = () => {};

  constructor(work: Work<Item, Result>) {
    this.#work = work;
    this.#window = WINDOW * work.concurrency;
  }

  /** The results. A failed run hands over what it had before the first gap, and then throws. */
  async *results(): AsyncGenerator<Result, void, void> {
    try {
      while (!this.#isStopped) {
        this.#advance();
        const head = this.#slots[0]?.settled;
        if (head !== undefined) {
          this.#slots.shift();
          this.#advance();
          yield head.result;
        } else if (this.#failure !== undefined) {
          throw this.#failure.error;
        } else if (this.#end !== undefined && this.#slots.length === 0) {
          if ('error' in this.#end) throw this.#end.error;
          return;
        } else {
          await this.#change();
        }
      }
    } finally {
      this.stop();
    }
  }

  /** Ends the run with an error. */
  fail(error: unknown): void {
    if (this.#failure !== undefined || this.#isStopped) return;
    this.#failure = { error };
    this.#items = [];
    this.#work.giveUp();
    this.#wake();
  }

  /** Ends the run with an error, and hands over nothing more. */
  abort(error: unknown): void {
    this.#slots = [];
    this.fail(error);
  }

  /** Ends the run without an error. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#items = [];
    this.#slots = [];
    if (this.#underWay > 0) this.#work.giveUp();
    this.#wake();
  }

  /** Sends what may be sent now. Items are fetched early enough that no call need wait for them. */
  #advance(): void {
    const { concurrency } = this.#work;
    const mayGoOn = () => this.#failure === undefined && !this.#isStopped && this.#underWay < concurrency;
    while (mayGoOn() && this.#slots.length < this.#window) {
      const item = this.#items[0];
      if (this.#items.length < concurrency && !this.#isFetching && this.#end === undefined) {
        void this.#fetch();
      } else if (item !== undefined) {
        this.#items.shift();
        void this.#call(item);
      } else {
        return;
      }
    }
  }

  async #fetch(): Promise<void> {
    this.#isFetching = true;
    this.#underWay += 1;
    try {
      const items = await this.#work.nextItems();
      if (items === undefined) this.#end = {};
      else this.#items.push(...items);
    } catch (error) {
      if (this.#work.endsAtOnce(error)) this.fail(error);
      else this.#end = { error };
    }
    this.#isFetching = false;
    this.#settle();
  }

  async #call(item: Item): Promise<void> {
    const slot: Slot<Result> = {};
    this.#slots.push(slot);
    this.#underWay += 1;
    try {
      slot.settled = { result: await this.#work.call(item) };
    } catch (error) {
      this.fail(error);
    }
    this.#settle();
  }

  #settle(): void {
    this.#underWay -= 1;
    this.#advance();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
