import { getPagedAsyncIterator, type PagedAsyncIterableIterator, type PageSettings } from '@azure/core-paging';
import { paths } from '@vetted/contract';
import { asPage, type CustomerCollection, readCustomers } from './answers.js';
import { type CustomerOperations, customerOperations } from './customer.js';
import type { DecisionWatch } from './decision-watch.js';
import type { Customer, CustomerPage } from './models.js';
import { type ClientSettings, type OperationOptions, operationOptions, refuseMisspelt } from './options.js';
import { NEXT_PAGE, type PagePlace, placeOfLink, readPageToken, writePageToken } from './page-token.js';
import { queryOf } from './query.js';
import type { Invalid, Send } from './transport/pipeline.js';

/**
 * What a listing of customers is narrowed to.
 *
 * @see https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers-filtered-by-a-search-field
 */
export interface CustomersFilter {
  /** The field that is searched. */
  field: 'CompanyName' | 'Domain';
  /** What the field begins with. */
  startsWith: string;
}

/**
 * Options of a listing. The options of a call hold for every page; a `requestId` for the first request only, as every
 * request needs its own. All pages share one correlation id.
 */
export interface ListCustomersOptions extends OperationOptions {
  /** Only the customers that match. Default: all. */
  filter?: CustomersFilter;
  /** Customers a page, 1 to 500. Default: the service's own, 100 in this project's service. `byPage` can override it. */
  pageSize?: number;
}

/** The partner's customers: the .NET SDK's `ICustomerCollection`. */
export interface CustomersOperations {
  /**
   * One customer, by its id. Nothing is sent yet.
   *
   * Throws a TypeError for an id that is no string, and a RangeError for one that is empty, `.` or `..`: the address
   * would be another resource's.
   *
   * @param id The customer tenant id, a GUID. It is URL-encoded.
   * @example
   * ```ts
   * import type { PartnerCenterClient, Qualification } from '@vetted/client';
   *
   * export function qualificationsOf(client: PartnerCenterClient, customerId: string): Promise<Qualification[]> {
   *   return client.customers.byId(customerId).qualification.getQualifications();
   * }
   * ```
   */
  byId(id: string): CustomerOperations;

  /**
   * Lists the partner's customers, with App or App+User credentials. Iterate over it for customers, or over `byPage()`
   * for pages; every page is followed, and none is asked for before it is needed. `byPage({ continuationToken })` goes
   * on after an earlier page.
   *
   * The iteration rejects with a {@link PartnerCenterError}, also where a page links to another origin: the access token
   * is not sent there.
   *
   * @see https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printCustomers(client: PartnerCenterClient): Promise<void> {
   *   for await (const customer of client.customers.list({ filter: { field: 'CompanyName', startsWith: 'Fab' } })) {
   *     console.log(customer.id, customer.companyProfile.companyName);
   *   }
   *   for await (const page of client.customers.list().byPage({ maxPageSize: 40 })) {
   *     console.log(page.length, page.totalCount, page.continuationToken);
   *   }
   * }
   * ```
   */
  list(options?: ListCustomersOptions): PagedAsyncIterableIterator<Customer, CustomerPage, PageSettings>;
}

type Settings = Pick<ClientSettings, 'baseUrl' | 'correlationId'>;

export function customersOperations(send: Send, settings: Settings, decisions?: DecisionWatch): CustomersOperations {
  return {
    byId: (id) => customerOperations(send, id, decisions),
    list: (options = {}) => {
      refuseMisspelt(options, listOptions);
      const getPage = pageGetter(send, settings, options);
      return getPagedAsyncIterator({ firstPageLink: FIRST_PAGE, getPage });
    },
  };
}

const listOptions = {
  ...operationOptions,
  filter: true,
  pageSize: true,
} satisfies Record<keyof ListCustomersOptions, true>;

/** The page token that no page has. */
const FIRST_PAGE = '';

function pageGetter(send: Send, settings: Settings, options: ListCustomersOptions) {
  const { requestId, filter, pageSize, ...everyPage } = options;
  everyPage.correlationId ??= settings.correlationId ?? crypto.randomUUID();
  let firstRequest: OperationOptions = requestId === undefined ? {} : { requestId };
  const read = (body: unknown, invalid: Invalid) => pageFrom(settings.baseUrl, readCustomers(body, invalid), invalid);
  return async (token: string, maxPageSize = pageSize) => {
    const place = token === FIRST_PAGE ? firstPage(filter, maxPageSize) : readPageToken(token);
    const page = await send(
      { operation: 'CustomersOperations.list', method: 'GET', ...place, read },
      { ...everyPage, ...firstRequest },
    );
    firstRequest = {};
    return page.continuationToken === undefined ? { page } : { page, nextPageLink: page.continuationToken };
  };
}

/** The place of a listing's first page. */
export function firstPage(filter: CustomersFilter | undefined, size: number | undefined): PagePlace {
  const search = filter && JSON.stringify({ Field: filter.field, Value: filter.startsWith, Operator: 'starts_with' });
  return { path: paths.customers + queryOf({ size, filter: search }) };
}

function pageFrom(baseUrl: string, collection: CustomerCollection, invalid: Invalid): CustomerPage {
  const { items, totalCount } = collection;
  const next = nextPlace(baseUrl, collection, invalid);
  return asPage(items, { totalCount, continuationToken: next === undefined ? undefined : writePageToken(next) });
}

function nextPlace(baseUrl: string, collection: CustomerCollection, invalid: Invalid): PagePlace | undefined {
  const { next, continuationToken } = collection;
  if (next !== undefined) {
    const path = placeOfLink(baseUrl, next.uri);
    if (path === undefined) throw invalid('its link to the next page leads to another origin and is not followed');
    return { path, continuationToken: next.continuationToken ?? continuationToken };
  }
  return continuationToken === undefined ? undefined : { path: NEXT_PAGE, continuationToken };
}
