import { API_VERSION, paths } from '@vetted/contract';

/** Where a page is: path and query from the service's root, and the header that goes with them. */
export interface PagePlace {
  readonly path: string;
  readonly continuationToken?: string | undefined;
}

/** Path and query of the page that a continuation token of the service's alone leads to. */
export const NEXT_PAGE = `${paths.customers}?seekOperation=Next`;

/** The place that a link of the service names; undefined where it leads to another origin, which must not see the token. */
export function placeOfLink(baseUrl: string, uri: string): string | undefined {
  if (!URL.canParse(uri, baseUrl)) return undefined;
  const url = new URL(uri, baseUrl);
  if (url.origin !== baseUrl) return undefined;
  const version = `/${API_VERSION}`;
  // Links come with the version, without it, and with it twice.
  let path = url.pathname;
  while (path.startsWith(`${version}/`)) path = path.slice(version.length);
  return version + path + url.search;
}

/** Writes a place as the text that callers keep and give back. */
export function writePageToken(place: PagePlace): string {
  return JSON.stringify([place.path, place.continuationToken]);
}

/**
 * Reads a text that a caller gives back. It may have been in the hands of others in the meantime, so it can only name a
 * page of the customers. A text that is not ours is taken for the service's own `MS-ContinuationToken`.
 */
export function readPageToken(token: string): PagePlace {
  const [path, continuationToken] = ours(token) ?? [NEXT_PAGE, token];
  if (!isOfCustomers(path)) {
    throw new RangeError(
      'This continuationToken is of another resource; take it from a page of client.customers.list().',
    );
  }
  return { path, continuationToken };
}

/** Whether a path is that of the customers, whatever its query. */
export function isOfCustomers(path: string): boolean {
  return path === paths.customers || path.startsWith(`${paths.customers}?`);
}

function ours(token: string): [string, string | undefined] | undefined {
  if (!token.startsWith('["/')) return undefined;
  try {
    const parts: unknown = JSON.parse(token);
    if (!Array.isArray(parts) || typeof parts[0] !== 'string') return undefined;
    return [parts[0], typeof parts[1] === 'string' ? parts[1] : undefined];
  } catch {
    return undefined;
  }
}
