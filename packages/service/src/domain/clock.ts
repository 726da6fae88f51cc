/** The time, as every part of the service reads it. */
export type Clock = () => Date;

/** A point in time as the wire and the store write it: UTC with milliseconds and `Z`. */
export function timestamp(at: Date): string {
  return at.toISOString();
}

/** The point in time so many milliseconds after another, or before it. */
export function timestampAfter(at: Date, milliseconds: number): string {
  return timestamp(new Date(at.getTime() + milliseconds));
}
