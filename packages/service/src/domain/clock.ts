/** The time, as every part of the service reads it. */
export type Clock = () => Date;

/** A point in time as the wire and the store write it: UTC with milliseconds and `Z`. */
export function timestamp(at: Date): string {
  return at.toISOString();
}
