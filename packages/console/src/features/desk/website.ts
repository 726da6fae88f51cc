/** An address that can be opened, and the host it leads to. */
interface WebsiteLink {
  readonly href: string;
  readonly host: string;
}

/**
 * Where a website leads that a partner gave; undefined for a text that is no address of the web. A bare host gets
 * `https://`. An address with a user name is refused: it reads as another host than it leads to.
 */
export function websiteLink(text: string): WebsiteLink | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, username, password, hostname, host, href } = new URL(address);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' && hostname.includes('.') ? { href, host } : undefined;
}
