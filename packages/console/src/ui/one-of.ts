/** A value that stands in an address, where a person can write anything; undefined for what is none of the values. */
export function oneOf<Value extends string>(values: readonly Value[], text: string | null): Value | undefined {
  return values.find((value) => value === text);
}
