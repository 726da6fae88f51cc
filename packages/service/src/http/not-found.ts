import type { FastifyInstance, RouteOptions } from 'fastify';
import { sendFault } from './faults.js';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Answers what no route matches: 405 with `Allow` where the path is known under another method, else 404. */
export function installNotFound(app: FastifyInstance): void {
  const known = new Map<string, KnownPath>();

  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const entry = known.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const name of [method].flat()) entry.methods.add(name);
    known.set(url, entry);
  });

  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = new Set(
      [...known.values()].flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : [])),
    );
    // A path with a wildcard is known, but not everything below it is there.
    if (allowed.size === 0 || allowed.has(request.method)) return sendFault(reply, 'ResourceNotFound');
    return sendFault(reply.header('Allow', [...allowed].join(', ')), 'MethodNotAllowed');
  });
}

/**
 * A route's path as a regular expression: `:name` stands for a segment, which `(^…$)` may restrict, `::` for a colon,
 * `*` for the rest.
 */
function toPattern(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment.startsWith(':')) return /\(\^(.*)\$\)$/.exec(segment)?.[1] ?? '[^/]+';
    return segment
      .replaceAll('::', ':')
      .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
