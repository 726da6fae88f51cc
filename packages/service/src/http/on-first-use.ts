import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What a browser asks a file by; the rest of a request is no business of files. */
const passedOn = [
  'accept',
  'accept-encoding',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
];
/** What Node.js writes for each connection by itself. */
const ofConnection: ReadonlySet<string> = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

/**
 * Serves what is below these paths from an app of its own, which is opened when it is first asked for: most services
 * never are, and their start does not wait for it. What it has not got is a fault as everywhere else.
 */
export function serveOnFirstUse(
  app: FastifyInstance,
  paths: readonly string[],
  open: () => Promise<FastifyInstance>,
): void {
  const opened = onFirstUse(open);
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const { headers, url } = request;
    const [path = ''] = url.split('?', 1);
    if (climbs(path)) return reply.callNotFound();
    const inner = await opened();
    const response = await inner.inject({
      method: 'GET',
      url,
      headers: Object.fromEntries(passedOn.flatMap((name) => (name in headers ? [[name, headers[name]]] : []))),
    });
    if (response.statusCode >= 500) throw new Error(`${path} was answered ${response.statusCode}: ${response.payload}`);
    if (response.statusCode >= 400) return reply.callNotFound();
    for (const [name, value] of Object.entries(response.headers)) {
      if (value !== undefined && !ofConnection.has(name)) reply.header(name, value);
    }
    return reply.code(response.statusCode).send(response.rawPayload);
  };
  for (const path of paths) app.get(path, { schema: { hide: true } }, answer);
}

/** Whether a path, however it is encoded, has `..` in it, which the call of the inner app would follow. */
function climbs(path: string): boolean {
  return !URL.canParse(path, 'http://localhost') || new URL(path, 'http://localhost').pathname !== path;
}

/** Does the work when it is first asked for, once; after a failure it is tried anew. */
export function onFirstUse<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
