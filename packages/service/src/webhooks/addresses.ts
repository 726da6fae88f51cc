import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { dnsResolve, type Resolve, systemResolve } from './resolve.js';

/** Where webhooks may go: to the internet, or as in the sandbox to this machine alone. */
export type WebhookMode = 'public' | 'loopback';

export interface WebhookUrlOptions {
  /** What finds the addresses of a host name. Default: {@link resolveIn}. */
  readonly resolve?: Resolve;
  /** Milliseconds that the host name has to resolve. Default 5,000. */
  readonly timeoutInMs?: number;
}

/** A host that a webhook may not go to; the message says why, in words that complete `WebhookUrl …`. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';
}

const MAX_URL_LENGTH = 2048;

type Address = ReturnType<typeof ipaddr.parse>;

const kinds: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  loopback: 'a loopback address',
  private: 'a private address',
  linkLocal: 'a link-local address',
  uniqueLocal: 'a unique local address',
  deprecatedSiteLocal: 'a site-local address',
  carrierGradeNat: 'an address of carrier-grade NAT',
  multicast: 'a multicast address',
  broadcast: 'a broadcast address',
  '6to4': 'a 6to4 address',
  teredo: 'a Teredo address',
};
const OTHER_KIND = 'a reserved address';

/** Where clouds keep what a virtual machine may know and nobody else: AWS, Google, Alibaba and Azure. */
const metadataServices: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
]);

/** The only IPv6 addresses that IANA has given out for use across the internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** RFC 6052. The prefix for local use, 64:ff9b:1::/48, tells nobody where in it the IPv4 address stands. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Why a webhook may not go to an address: what the address is, as in `a private address`; undefined if it may.
 * An IPv4 address within an IPv6 one counts as itself where hosts or NAT64 gateways deliver to it.
 * @param address as DNS gives it; other ways to write an address are refused
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function addressRefusal(address: string, mode: WebhookMode): string | undefined {
  const parsed = parse(address);
  if (parsed === undefined) return 'no IP address';
  if (mode === 'public') return publicRefusal(parsed);
  return parsed.range() === 'loopback' ? undefined : 'an address outside this machine';
}

/** The address, without its zone; undefined if it is none. An IPv4-mapped one is the IPv4 address that it maps. */
function parse(address: string): Address | undefined {
  const [plain = ''] = address.split('%');
  const family = isIP(plain);
  if (family === 0) return undefined;
  // To ipaddr.js ::8.8.8.8 would be IPv4-mapped, and ::808:808, which is the same, would not.
  return ipaddr.process(family === 4 ? plain : hostOf(new URL(`http://[${plain}]`)));
}

function publicRefusal(address: Address): string | undefined {
  if (metadataServices.has(address.toString())) return 'the metadata service of a cloud';
  if (address instanceof ipaddr.IPv6) {
    if (address.match(NAT64)) return publicRefusal(ipaddr.fromByteArray(address.toByteArray().slice(-4)));
    // Beyond what the ranges list there are IPv4-compatible addresses and much that IANA holds back.
    if (address.range() === 'unicast' && !address.match(GLOBAL_UNICAST)) return OTHER_KIND;
  }
  const range = address.range();
  return range === 'unicast' ? undefined : (kinds[range] ?? OTHER_KIND);
}

/** What finds addresses in a mode: a sandbox asks for names of this machine, which the system knows best. */
export function resolveIn(mode: WebhookMode): Resolve {
  return mode === 'public' ? dnsResolve() : systemResolve;
}

/**
 * The addresses of a host name, each of which a webhook may go to.
 * @throws HostRefused if one may not; its message keeps the address to itself, which may come from a private zone
 */
export async function allowedAddresses(
  host: string,
  mode: WebhookMode,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const addresses = await resolve(host, signal);
  if (addresses.length === 0) throw new HostRefused('does not resolve');
  for (const { address } of addresses) {
    const refusal = addressRefusal(address, mode);
    if (refusal !== undefined) throw new HostRefused(`leads to ${refusal}`);
  }
  return [...addresses];
}

/**
 * What keeps a URL from being registered for webhooks, in words that complete `WebhookUrl …`; undefined if nothing does.
 * The host name may resolve otherwise later: sending checks again.
 */
export async function webhookUrlProblem(
  url: string,
  mode: WebhookMode,
  { resolve = resolveIn(mode), timeoutInMs = 5_000 }: WebhookUrlOptions = {},
): Promise<string | undefined> {
  const flaw = webhookUrlFlaw(url, mode);
  if (flaw !== undefined) return flaw;
  const host = hostOf(new URL(url));
  if (isIP(host) !== 0) return undefined;
  return within(timeoutInMs, (signal) => allowedAddresses(host, mode, resolve, signal)).then(
    () => undefined,
    (error: unknown) => (error instanceof HostRefused ? error.message : 'does not resolve'),
  );
}

/**
 * What is wrong with a URL as it is written, in the words of {@link webhookUrlProblem}. An address in place of a host
 * name is judged here: sockets look up names only.
 */
export function webhookUrlFlaw(text: string, mode: WebhookMode): string | undefined {
  if (text.length > MAX_URL_LENGTH) return `must have at most ${MAX_URL_LENGTH} characters`;
  if (!URL.canParse(text)) return 'must be a URL';
  const url = new URL(text);
  const isAllowed = url.protocol === 'https:' || (mode === 'loopback' && url.protocol === 'http:');
  if (!isAllowed) return mode === 'public' ? 'must be an https URL' : 'must be an https or http URL';
  if (url.username !== '' || url.password !== '') return 'must have no user name and no password';
  // The parser drops a fragment that is empty.
  if (text.includes('#')) return 'must have no fragment';
  return literalFlaw(hostOf(url), mode);
}

function literalFlaw(host: string, mode: WebhookMode): string | undefined {
  const refusal = isIP(host) === 0 ? undefined : addressRefusal(host, mode);
  return refusal === undefined ? undefined : `leads to ${refusal}`;
}

/** The host of a URL as resolvers and sockets take it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** When the time is over, the work is told, and no longer waited for: the system's resolver does not stop. */
async function within<Value>(timeoutInMs: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new HostRefused('does not resolve in time'));
      controller.abort();
    }, timeoutInMs);
  });
  return Promise.race([work(controller.signal), late]).finally(() => clearTimeout(timer));
}
