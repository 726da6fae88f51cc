import type { Customer, Qualification } from './models.js';
import { isObject } from './transport/json.js';
import type { Invalid } from './transport/pipeline.js';
import type {
  CustomerWithQualifications,
  CustomerWithQualificationsPage,
  QualificationProgress,
  Review,
  ReviewPage,
} from './vetting-models.js';

type Members = Record<string, unknown>;

/** The members of a qualification by their lower-case names; the vetting date has two documented spellings. */
const qualificationMembers: ReadonlyMap<string, keyof Qualification> = new Map([
  ['qualification', 'qualification'],
  ['vettingstatus', 'vettingStatus'],
  ['vettingreason', 'vettingReason'],
  ['vettingcreateddate', 'vettingCreatedDate'],
  ['vettingcreatedate', 'vettingCreatedDate'],
]);

/** The qualifications of an answer: an array, a collection, or one alone. */
export function readQualifications(body: unknown, invalid: Invalid): Qualification[] {
  return itemsOf(body, invalid).map((item) => qualificationFrom(item));
}

/** The one qualification of an answer. */
export function readQualification(body: unknown, invalid: Invalid): Qualification {
  const [first] = itemsOf(body, invalid);
  if (first === undefined) throw invalid('its body holds no qualification');
  return qualificationFrom(first);
}

/** A qualification with where its vetting stands. */
export function readProgress(body: unknown, invalid: Invalid): QualificationProgress {
  return qualificationFrom(readObject<Members>(body, invalid)) as QualificationProgress;
}

/** The objects of an answer: an array, a collection, or one alone. */
export function readObjects<T>(body: unknown, invalid: Invalid): T[] {
  return itemsOf(body, invalid) as unknown as T[];
}

/** The one object of an answer. */
export function readObject<T>(body: unknown, invalid: Invalid): T {
  if (!isObject(body)) throw invalid('its body is not an object');
  return body as unknown as T;
}

/** The texts of an answer. */
export function readTexts(body: unknown, invalid: Invalid): string[] {
  if (Array.isArray(body) && body.every((text) => typeof text === 'string')) return body;
  throw invalid('its body is not an array of texts');
}

/** An answer that says no more than that it is done. */
export function readNothing(): void {}

/** One page of reviews. */
export function readReviews(body: unknown, invalid: Invalid): ReviewPage {
  return asPage(readObjects<Review>(body, invalid), placeIn(body));
}

/** One page of customers with their qualifications. */
export function readCustomersWithQualifications(body: unknown, invalid: Invalid): CustomerWithQualificationsPage {
  const items = itemsOf(body, invalid).map((item): CustomerWithQualifications => {
    const { customer, qualifications } = item;
    if (!isObject(customer)) throw invalid('its body holds an item without a customer');
    return {
      ...item,
      customer: customer as unknown as Customer,
      qualifications: readQualifications(qualifications, invalid),
    };
  });
  return asPage(items, placeIn(body));
}

/** Where a page stands in its listing. */
function placeIn(body: unknown) {
  const { totalCount, continuationToken } = isObject(body) ? body : {};
  return {
    totalCount: typeof totalCount === 'number' ? totalCount : undefined,
    continuationToken: textFrom(continuationToken),
  };
}

/** An array that also tells about its page. Not enumerable: to whoever compares or copies it, a page is an array. */
export function asPage<T>(
  items: T[],
  told: { readonly totalCount: number | undefined; readonly continuationToken: string | undefined },
): T[] & { totalCount?: number; continuationToken?: string } {
  return Object.defineProperties(items, {
    totalCount: { value: told.totalCount },
    continuationToken: { value: told.continuationToken },
  });
}

/** A collection as it travels: the customers of one page, and where the next one is. */
export interface CustomerCollection {
  readonly items: Customer[];
  readonly totalCount: number | undefined;
  readonly next: { readonly uri: string; readonly continuationToken: string | undefined } | undefined;
  readonly continuationToken: string | undefined;
}

/** One page of customers. */
export function readCustomers(body: unknown, invalid: Invalid): CustomerCollection {
  const items = readObjects<Customer>(body, invalid);
  const { totalCount, links, continuationToken } = isObject(body) ? body : {};
  return {
    items,
    totalCount: typeof totalCount === 'number' ? totalCount : undefined,
    next: nextLinkOf(links),
    continuationToken: textFrom(continuationToken),
  };
}

function nextLinkOf(links: unknown): CustomerCollection['next'] {
  const next = isObject(links) ? links.next : undefined;
  if (!isObject(next) || typeof next.uri !== 'string' || next.uri === '') return undefined;
  const linkHeaders = Array.isArray(next.headers) ? next.headers.filter(isObject) : [];
  const header = linkHeaders.find(({ key }) => typeof key === 'string' && key.toLowerCase() === 'ms-continuationtoken');
  return { uri: next.uri, continuationToken: textFrom(header?.value) };
}

function itemsOf(body: unknown, invalid: Invalid): Members[] {
  if (body === undefined || body === null) return [];
  const items = isObject(body) && Array.isArray(body.items) ? body.items : Array.isArray(body) ? body : [body];
  if (!items.every(isObject)) throw invalid('its body holds something other than objects');
  return items;
}

/** What is null is absent, and what is unknown stays. The parsed body is nobody else's, so it is put right in place. */
function qualificationFrom(sent: Members): Qualification {
  for (const [name, value] of Object.entries(sent)) {
    const known = qualificationMembers.get(name.toLowerCase()) ?? name;
    if (known === name && value !== null) continue;
    delete sent[name];
    if (value !== null) sent[known] ??= value;
  }
  return sent as unknown as Qualification;
}

function textFrom(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
