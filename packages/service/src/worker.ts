/** How long work that nobody announced may lie: another process's, or what has become due by the clock. */
const INTERVAL_IN_MS = 1_000;

export interface WorkerOptions {
  /** Does what is due at present, all of it, and nothing that is not. */
  readonly work: () => Promise<void>;
  /** Hears of work that failed; it is tried again at the next interval. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds. Default 1,000. */
  readonly intervalInMs?: number;
}

/** Work in the background of the requests: done when it is announced and now and then, never twice at once. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #stopped = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.wake(), options.intervalInMs ?? INTERVAL_IN_MS);
    this.#timer.unref();
  }

  /** Announces work; what is under way does not count as having seen it. */
  wake(): void {
    void this.runDue();
  }

  /** Announces work and waits until it has been looked after. */
  runDue(): Promise<void> {
    this.#isWanted = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#stopped) {
      this.#isWanted = false;
      try {
        await this.#options.work();
      } catch (error) {
        this.#options.onError(error);
      }
    }
    // In the same turn as the last look: what is announced a moment later begins a new run.
    this.#running = undefined;
  }

  /** Starts nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }
}
