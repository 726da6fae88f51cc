import type { PartnerCenterClient, QualificationChange } from '@vetted/client';

/** How long to leave a service alone that refuses the stream. */
const REFUSED_PAUSE_IN_MS = 30_000;

/** How changes are followed. */
interface FollowOptions {
  readonly client: PartnerCenterClient;
  readonly abortSignal: AbortSignal;
  /** Where to go on; it is asked each time that the stream is opened. */
  readonly lastEventId: () => string | undefined;
  /** Hears where the stream stands each time that it is open. */
  readonly onOpen: (place: string | undefined) => void;
  readonly onChange: (change: QualificationChange) => void;
}

/** Follows the partner's changes until it is aborted. A refusal ends the client's stream; it is asked for again later. */
export async function followChanges(options: FollowOptions): Promise<void> {
  const { client, abortSignal, lastEventId, onOpen, onChange } = options;
  while (!abortSignal.aborted) {
    const place = lastEventId();
    try {
      const changes = client.vetting.events({
        abortSignal,
        onOpen,
        ...(place === undefined ? {} : { lastEventId: place }),
      });
      for await (const change of changes) onChange(change);
    } catch {
      // Whatever the reason is, pages show it where it matters to them. Without the stream they are only less lively.
    }
    await pause(REFUSED_PAUSE_IN_MS, abortSignal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
