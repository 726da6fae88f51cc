import { getPagedAsyncIterator, type PagedAsyncIterableIterator, type PageSettings } from '@azure/core-paging';
import type { ClientSettings, OperationOptions } from './options.js';
import { queryOf } from './query.js';
import type { Invalid, Send } from './transport/pipeline.js';

/** A listing whose continuation tokens carry the whole query. */
export interface TokenListing<Page> {
  /** The operation, as a trace names it. */
  readonly operation: string;
  readonly path: string;
  /** What the first page is asked for, its size apart. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly read: (body: unknown, invalid: Invalid) => Page;
}

/** The options that a listing has beside those of its query. */
export interface TokenListingOptions extends OperationOptions {
  pageSize?: number;
}

/** Lists page by page. All pages share one correlation id; a `requestId` is for the first request only. */
export function listByToken<Item, Page extends Item[] & { continuationToken?: string }>(
  send: Send,
  settings: Pick<ClientSettings, 'correlationId'>,
  { operation, path, query, read }: TokenListing<Page>,
  { pageSize, requestId, ...everyPage }: TokenListingOptions,
): PagedAsyncIterableIterator<Item, Page, PageSettings> {
  everyPage.correlationId ??= settings.correlationId ?? crypto.randomUUID();
  let firstRequest: OperationOptions = requestId === undefined ? {} : { requestId };
  return getPagedAsyncIterator<Item, Page, PageSettings, string>({
    firstPageLink: '',
    async getPage(continuationToken, maxPageSize = pageSize) {
      const asked = continuationToken === '' ? { ...query, size: maxPageSize } : { continuationToken };
      const call = { operation, method: 'GET', path: path + queryOf(asked), read } as const;
      const page = await send(call, { ...everyPage, ...firstRequest });
      firstRequest = {};
      return page.continuationToken === undefined ? { page } : { page, nextPageLink: page.continuationToken };
    },
  });
}
