/** A character that a store and a person can read, for a pattern: no control character, no half of a surrogate pair. */
export const PRINTABLE = '[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]';
