import { type LookupAddress, promises } from 'node:dns';

/**
 * Finds all addresses of a host name; rejects if there are none.
 * @param signal says that nobody waits for them any longer
 */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/** Milliseconds until a server of names is asked the second and last time. */
const ASK_AGAIN_IN_MS = 2_000;
const TRIES = 2;

/** What names that have no address fail with; anything else may pass. */
const nothingThere: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks as every other program of this machine does, its hosts file included. */
export const systemResolve: Resolve = (host) => promises.lookup(host, { all: true });

/**
 * Asks the servers of names themselves. The system's own look-up would take one of few threads, which all look-ups of
 * the process share, and keep it for as long as the servers of somebody's name are silent.
 * @param servers as `dns.setServers` takes them; those of this machine when absent
 * @see https://nodejs.org/docs/latest-v20.x/api/dns.html#implementation-considerations
 */
export function dnsResolve(servers?: readonly string[]): Resolve {
  return async (host, signal) => {
    signal.throwIfAborted();
    // One of its own: cancelling ends everything that a resolver was asked.
    const resolver = new promises.Resolver({ timeout: ASK_AGAIN_IN_MS, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    return addressesOf(resolver, host).finally(() => signal.removeEventListener('abort', cancel));
  };
}

async function addressesOf(resolver: promises.Resolver, host: string): Promise<LookupAddress[]> {
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = [...familyOf(four, 4), ...familyOf(six, 6)];
  if (addresses.length === 0) throw failureOf([four, six]);
  return addresses;
}

function familyOf(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}

/** In the codes of the system's look-up: the others, such as ECONNREFUSED, would seem to be the receiver's. */
function failureOf(answers: readonly PromiseSettledResult<string[]>[]): Error {
  const causes = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  const passing = causes.find((cause) => !nothingThere.has(codeOf(cause)));
  const [code, cause] = passing === undefined ? ['ENOTFOUND', causes[0]] : ['EAI_AGAIN', passing];
  return Object.assign(new Error('The host name has no address.', { cause }), { code });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
