import type { Qualification } from './models.js';
import { isObject, parseJson } from './transport/json.js';

/** What a poller must know to go on. */
export interface PollerState {
  readonly customerId: string;
  /** The name of the qualification. */
  readonly name: string;
  /** The qualification as it was seen last. */
  readonly seen: Qualification | undefined;
}

const VERSION = 1;

/** Only what is known to be no secret: a service may send more. */
export function writeState({ customerId, name, seen }: PollerState): string {
  return JSON.stringify({ version: VERSION, customerId, name, seen: seen && knownMembers(seen) });
}

/** Reads a state, which must be of this customer and qualification. Throws TypeError or RangeError. */
export function readState(text: string, customerId: string, name: string): PollerState {
  if (typeof text !== 'string') throw new TypeError(`restoreFrom must be a string, not ${typeof text}.`);
  const state = parseJson(text);
  if (!isObject(state) || !('version' in state)) throw new RangeError('restoreFrom is not what serialize() gave.');
  if (state.version !== VERSION) {
    throw new RangeError(`restoreFrom is of version ${String(state.version)}; this client reads version ${VERSION}.`);
  }
  const seen = seenIn(state.seen);
  if (typeof state.customerId !== 'string' || typeof state.name !== 'string' || seen === null) {
    throw new RangeError('restoreFrom is not what serialize() gave.');
  }
  if (!isSame(state.customerId, customerId)) {
    throw new RangeError(`restoreFrom is of customer ${state.customerId}, not of ${customerId}.`);
  }
  if (!isSame(state.name, name)) throw new RangeError(`restoreFrom is of ${state.name}, not of ${name}.`);
  return { customerId, name, seen };
}

/** Whether two names or ids are the same: their letter case means nothing. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function knownMembers({ qualification, vettingStatus, vettingReason, vettingCreatedDate }: Qualification) {
  return { qualification, vettingStatus, vettingReason, vettingCreatedDate };
}

/** Null where it is no qualification. */
function seenIn(value: unknown): Qualification | undefined | null {
  if (value === undefined) return undefined;
  if (!isObject(value) || typeof value.qualification !== 'string') return null;
  const texts = [value.vettingStatus, value.vettingReason, value.vettingCreatedDate];
  return texts.every((text) => text === undefined || typeof text === 'string') ? (value as never) : null;
}
