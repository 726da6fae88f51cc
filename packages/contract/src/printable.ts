/** A character that a store and a person can read, for a pattern: no control character, no half of a surrogate pair. */
export const PRINTABLE = '[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]';

/** Such a character that is neither blank nor a slash nor an at sign. */
const UNBROKEN = '[^\\s/\\\\@\\u0000-\\u001f\\u007f\\ud800-\\udfff]';

/** A character that leaves a mark: no blank, and none that is shown as nothing, such as a zero width space. */
const VISIBLE = '[^\\s\\p{Default_Ignorable_Code_Point}\\u2800]';

/** A domain, in whatever script. */
export const DOMAIN_PATTERN = `^(?=.*${VISIBLE})${UNBROKEN}+$`;

/** An address for mail: what stands before its at sign may have slashes. */
export const EMAIL_PATTERN = `^(?=[^@]*${VISIBLE})(?:${UNBROKEN}|[/\\\\])+@(?=.*${VISIBLE})${UNBROKEN}+$`;

/** Text of such characters, at least one of them visible. */
export const READABLE_PATTERN = `^(?=.*${VISIBLE})${PRINTABLE}+$`;

/** The same over several lines. */
export const MULTILINE_PATTERN = `^(?=[\\s\\S]*${VISIBLE})(?:${PRINTABLE}|[\\t\\n\\r])+$`;
