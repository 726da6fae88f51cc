import { clouds } from './clouds.js';
import { isPartnerCenterError } from './errors.js';
import type { EventsOptions } from './events.js';
import { qualificationChanges } from './events.js';
import type { ClientSettings } from './options.js';
import { logger } from './transport/logger.js';
import type { Send } from './transport/pipeline.js';
import { shownFailure } from './transport/shown.js';
import type { QualificationChange } from './vetting-models.js';

/** Opens the stream of changes. */
type OpenChanges = (options: EventsOptions) => AsyncIterableIterator<QualificationChange>;

/** What a service that has no stream for this caller refuses it with. */
const refusals: ReadonlySet<number | undefined> = new Set([403, 404, 405, 406, 501]);

/**
 * Tells all pollers of one client when there is something new to look at. They share one stream, of which a service
 * gives a partner only so many; it is open while somebody watches.
 */
export class DecisionWatch {
  readonly #openChanges: OpenChanges;
  readonly #rings = new Map<string, Set<() => void>>();
  #changes: AsyncIterableIterator<QualificationChange> | undefined;
  #isOpen = false;
  #isRefused = false;

  constructor(openChanges: OpenChanges) {
    this.#openChanges = openChanges;
  }

  /**
   * Rings when the qualification may have changed unseen, as the stream has only now opened, and when it has changed.
   * Never where the service has no stream. The answer ends it.
   */
  watch(customerId: string, qualification: string, ring: () => void): () => void {
    const key = keyOf(customerId, qualification);
    const rings = this.#rings.get(key) ?? new Set();
    this.#rings.set(key, rings.add(ring));
    if (this.#isOpen) ring();
    else if (this.#changes === undefined && !this.#isRefused) void this.#listen();
    return () => {
      rings.delete(ring);
      if (rings.size === 0 && this.#rings.get(key) === rings) this.#rings.delete(key);
      if (this.#rings.size === 0) this.#close();
    };
  }

  async #listen(): Promise<void> {
    const changes = this.#openChanges({ onOpen: (place) => this.#opened(changes, place) });
    this.#changes = changes;
    try {
      for await (const { customerId, qualification } of changes) this.#ring(keyOf(customerId, qualification));
    } catch (error) {
      // Whoever watches polls all the same, and meets there with what is wrong with the service or the credential.
      logger.info(`Decisions are looked for by polling alone: ${shownFailure(error).text}`);
      this.#isRefused ||= isPartnerCenterError(error) && isRefusal(error.statusCode, error.code);
    } finally {
      if (this.#changes === changes) this.#forget();
    }
  }

  #opened(changes: AsyncIterableIterator<QualificationChange>, place: string | undefined): void {
    if (this.#changes !== changes) return;
    // Opened again after a known place, the stream tells whatever happened meanwhile.
    const mayHaveMissed = !this.#isOpen || place === undefined;
    this.#isOpen = true;
    if (mayHaveMissed) for (const key of this.#rings.keys()) this.#ring(key);
  }

  #ring(key: string): void {
    for (const ring of this.#rings.get(key) ?? []) ring();
  }

  #close(): void {
    // It closes the connection before it answers, and its answer never is an error.
    void this.#changes?.return?.();
    this.#forget();
  }

  #forget(): void {
    this.#changes = undefined;
    this.#isOpen = false;
  }
}

/** The watch of a client; undefined where it asks Microsoft's own Partner Center, which has no stream. */
export function decisionWatchOf(send: Send, { baseUrl }: Pick<ClientSettings, 'baseUrl'>): DecisionWatch | undefined {
  const isMicrosofts = Object.values(clouds).some((cloud) => cloud.baseUrl === baseUrl);
  return isMicrosofts ? undefined : new DecisionWatch((options) => qualificationChanges(send, options));
}

function isRefusal(statusCode: number | undefined, code: string | undefined): boolean {
  return refusals.has(statusCode) || code === 'InvalidResponse';
}

function keyOf(customerId: string, qualification: string): string {
  return `${customerId} ${qualification}`.toLowerCase();
}
