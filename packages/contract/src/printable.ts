/** A character that a store and a person can read, for a pattern: no control character, no half of a surrogate pair. */
export const PRINTABLE = '[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]';

/** Such a character that is neither blank nor a slash nor an at sign. */
const UNBROKEN = '[^\\s/\\\\@\\u0000-\\u001f\\u007f\\ud800-\\udfff]';

/** A domain, in whatever script. */
export const DOMAIN_PATTERN = `^${UNBROKEN}+$`;

/** An address for mail: what stands before its at sign may have slashes. */
export const EMAIL_PATTERN = `^(?:${UNBROKEN}|[/\\\\])+@${UNBROKEN}+$`;

/** Text of such characters, not blank. */
export const READABLE_PATTERN = `^(?=.*\\S)${PRINTABLE}+$`;

/** The same over several lines. */
export const MULTILINE_PATTERN = `^(?=[\\s\\S]*\\S)(?:${PRINTABLE}|[\\t\\n\\r])+$`;
