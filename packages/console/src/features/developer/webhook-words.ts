const eventWords: Readonly<Record<string, string>> = {
  'customer-qualification-updated': 'A qualification was requested, decided or changed',
  'test-created': 'A test event was sent',
};

const shortEventWords: Readonly<Record<string, string>> = {
  'customer-qualification-updated': 'Qualification changed',
  'test-created': 'Test event',
};

/** What an event tells of, with its name; the name alone where it is not known here. */
export function eventLabel(name: string): string {
  return Object.hasOwn(eventWords, name) ? `${eventWords[name]} (${name})` : name;
}

/** An event in a word or two; its name where it is not known here. */
export function eventWord(name: string): string {
  return (Object.hasOwn(shortEventWords, name) ? shortEventWords[name] : undefined) ?? name;
}
