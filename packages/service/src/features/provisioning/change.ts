import type { Actor, HistoryEntry, HistorySubject } from '../../domain/history.js';
import type { Changes } from '../../domain/provisioning.rules.js';

/** Who sets something, when, and on behalf of which call. */
export interface Change {
  readonly at: string;
  readonly actor: Actor;
}

/** What setting something came to. */
export type Outcome = 'created' | 'updated' | 'unchanged';

/** The step of the history that says what was set. */
export function entryOf(subject: HistorySubject, changes: Changes, { at, actor }: Change): HistoryEntry {
  const { by, id, correlationId } = actor;
  return { at, subject, by, actor: id, changes: JSON.stringify(changes), correlationId };
}
