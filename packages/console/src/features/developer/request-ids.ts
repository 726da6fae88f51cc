import { isPartnerCenterError } from '@vetted/client';

/**
 * The MS-RequestIds of what a page sends: sent again because its answer was lost, the same content has the same id, by
 * which the service does it once.
 */
export class RequestIds {
  #last: { readonly content: string; readonly id: string } | undefined;

  /** The id for a content, given as text. */
  for(content: string): string {
    if (this.#last?.content !== content) this.#last = { content, id: crypto.randomUUID() };
    return this.#last.id;
  }

  /** Is told how a call ended: after an answer, even a refusal, what is sent next is another request. */
  settle(error: unknown): void {
    if (error === null || (isPartnerCenterError(error) && (error.statusCode ?? 500) < 500)) this.#last = undefined;
  }
}
