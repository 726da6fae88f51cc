import { domainToASCII } from 'node:url';
import mailProviders from 'email-providers';
import { parse } from 'tldts';
import type { HostFacts } from '../../domain/preflight.rules.js';

const providers: ReadonlySet<string> = new Set(mailProviders.map(domainToASCII));
/** The list has universities that run their own mail, and the domain that RFC 2606 reserves for examples. */
const notProviders = /(?:^|\.)(?:edu|ac)(?:\.[a-z]{2})?$|^example\.com$/;

/**
 * What is known of the host in a website or a domain, however it is written: `example.edu`,
 * `https://example.edu:8080/path`, `bücher.example`. Undefined where there is none.
 */
export function lookUpHost(address: string): HostFacts | undefined {
  const name = hostOf(address);
  if (name === undefined) return undefined;
  const { domain, hostname, isIcann, isPrivate, isIp } = parse(name, { allowPrivateDomains: true });
  // An underscore may stand in a name of the DNS, but in none of a host.
  if (hostname === null || isIp || name.includes('_')) return undefined;
  return {
    name,
    registrableDomain: domain ?? name,
    isPublic: domain !== null && (isIcann === true || isPrivate === true),
    isFreeMail: [name, domain ?? name].some(isProvider),
  };
}

function isProvider(name: string): boolean {
  return providers.has(name) && !notProviders.test(name);
}

/** The host of an address, in ASCII and lower case, without the dot of the root. */
function hostOf(address: string): string | undefined {
  const text = address.trim();
  const url = /^https?:/i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { hostname, username, password } = new URL(url);
  // Whoever writes a user means a mail address.
  return username === '' && password === '' ? hostname.replace(/\.$/, '') : undefined;
}
