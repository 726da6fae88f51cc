/** What a GUID looks like on Partner Center's wire: eight, four, four, four and twelve hexadecimal digits. */
export const GUID_PATTERN = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

const guid = new RegExp(GUID_PATTERN);

/** Whether a text is a GUID, in either case. */
export function isGuid(text: unknown): text is string {
  return typeof text === 'string' && text.length === 36 && guid.test(text);
}
