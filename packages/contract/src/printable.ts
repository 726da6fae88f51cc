/** A character that a store and a person can read, for a pattern: no control character, no half of a surrogate pair. */
export const PRINTABLE = '[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]';

/** Text of such characters, not blank. */
export const READABLE_PATTERN = `^(?=.*\\S)${PRINTABLE}+$`;

/** The same over several lines. */
export const MULTILINE_PATTERN = `^(?=[\\s\\S]*\\S)(?:${PRINTABLE}|[\\t\\n\\r])+$`;
