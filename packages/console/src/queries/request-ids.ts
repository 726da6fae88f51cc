import { isPartnerCenterError } from '@vetted/client';

/** The ids that a call is sent with. */
export interface CallIds {
  readonly requestId: string;
  readonly correlationId: string;
}

/**
 * The ids of what a part of a page sends: sent again because its answer was lost, the same content has the same
 * `MS-RequestId`, by which the service does it once.
 */
export class RequestIds {
  readonly #byContent = new Map<string, CallIds>();

  /** The ids for a content, given as text. */
  for(content: string): CallIds {
    const ids = this.#byContent.get(content) ?? {
      requestId: crypto.randomUUID(),
      correlationId: crypto.randomUUID(),
    };
    this.#byContent.set(content, ids);
    return ids;
  }

  /** Is told how a call ended: once it is answered, the same content is another request. */
  settle(content: string, error: unknown): void {
    if (error === null || isRefusal(error)) this.#byContent.delete(content);
  }
}

/** Whether the service has answered once and for all; it would give the same answer to the same id again. */
export function isRefusal(error: unknown): boolean {
  if (!isPartnerCenterError(error)) return false;
  const { statusCode = 0 } = error;
  return statusCode >= 400 && statusCode < 500;
}
