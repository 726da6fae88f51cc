const names = new Intl.DisplayNames(undefined, { type: 'region' });

/** A country by its name in the reader's language, from its ISO 3166-1 alpha-2 code; what is no code is shown as it is. */
export function countryName(code: string): string {
  return /^[A-Za-z]{2}$/.test(code) ? (names.of(code.toUpperCase()) ?? code) : code;
}
