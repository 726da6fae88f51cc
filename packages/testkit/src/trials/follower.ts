import { setTimeout } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';

const PAUSE_IN_MS = 100;

/** What the stream told, in its order. */
export interface FollowedEvent {
  readonly id: number;
  readonly customerId: string;
}

/** Follows a partner's events from the moment on which {@link follow} resolves, and after the last one where it breaks. */
export interface Follower {
  readonly events: readonly FollowedEvent[];
  close(): Promise<void>;
}

export async function follow(url: string, token: string): Promise<Follower> {
  const events: FollowedEvent[] = [];
  const closed = new AbortController();
  let lastEventId: string | undefined;
  let began = (): void => {};
  const beginning = new Promise<void>((resolve) => {
    began = resolve;
  });
  const followed = followUntil(closed.signal, async () => {
    const response = await fetch(`${url}/vetting/v1/events`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      signal: closed.signal,
    });
    if (response.status !== 200 || response.body === null) return;
    lastEventId ??= response.headers.get('last-event-id') ?? undefined;
    began();
    const blocks = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const { id, data } of blocks) {
      lastEventId = id;
      events.push({ id: Number(id), customerId: JSON.parse(data).customerId });
    }
  });
  await beginning;
  return {
    events,
    close() {
      closed.abort();
      return followed;
    },
  };
}

/** A stream that cannot be had, or breaks, is asked for again. */
async function followUntil(closed: AbortSignal, once: () => Promise<void>): Promise<void> {
  while (!closed.aborted) {
    await once().catch(() => {});
    await setTimeout(PAUSE_IN_MS);
  }
}
