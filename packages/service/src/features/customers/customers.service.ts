import { isDeepStrictEqual } from 'node:util';
import {
  type Customer,
  type CustomerCollection,
  CustomersFilter,
  type CustomersQuery,
  DEFAULT_PAGE_SIZE,
  type FaultDatum,
  filterFields,
  headers,
  type Link,
} from '@vetted/contract';
import { Value } from 'typebox/value';
import { admit } from '../../domain/admission.rules.js';
import type { Caller } from '../../domain/caller.js';
import { Refusal } from '../../domain/refusal.js';
import type { CustomersPageQuery, Store } from '../../domain/store.js';
import { readContinuationToken, writeContinuationToken } from '../continuation-token.js';
import { toWire } from '../customer-wire.js';
import { schemaProblems } from '../schema-problems.js';
import { Position } from './position.js';

export interface CustomersService {
  get(caller: Caller, customerId: string): Promise<Customer>;
  list(caller: Caller, query: CustomersQuery, continuationToken: string | undefined): Promise<CustomerCollection>;
}

export function customersService(store: Store): CustomersService {
  return {
    async get(caller, customerId) {
      return toWire(admit(await store.reads.customer(caller.partnerId, customerId.toLowerCase())));
    },

    async list(caller, query, continuationToken) {
      const position = positionOf(query, continuationToken);
      const page = await store.reads.customers(caller.partnerId, position);
      if (!page.partnerKnown) throw new Refusal('PartnerUnknown');
      const { size, filter } = position;
      const { totalCount, next: after } = page;
      const next = after && writeContinuationToken({ size, filter, totalCount, after });
      return {
        totalCount,
        items: page.items.map(toWire),
        links: {
          self: pageLink(position, continuationToken),
          ...(next && { next: pageLink(position, next) }),
        },
        ...(next && { continuationToken: next }),
        attributes: { objectType: 'Collection' },
      };
    },
  };
}

/** Where a listing stands: a continuation token tells the filter and the place, and the size unless the query has one. */
function positionOf(query: CustomersQuery, continuationToken: string | undefined): Position {
  const size = query.size === 0 ? undefined : query.size;
  if (continuationToken === undefined) {
    if (query.seekOperation !== undefined)
      throw wrong(headers.continuationToken, 'is required with seekOperation=Next');
    return {
      size: size ?? DEFAULT_PAGE_SIZE,
      ...(query.filter !== undefined && { filter: parseFilter(query.filter) }),
    };
  }
  const position = readContinuationToken(Position, continuationToken);
  if (position === undefined) throw wrong(headers.continuationToken, 'is not a token that this service gave');
  if (query.filter !== undefined && !isDeepStrictEqual(parseFilter(query.filter), position.filter)) {
    throw wrong('filter', 'differs from the one that the continuation token goes on with');
  }
  return { ...position, size: size ?? position.size };
}

function wrong(name: string, reason: string): Refusal {
  return new Refusal('InputInvalid', [{ name, reason }]);
}

const memberNames = new Map(Object.keys(CustomersFilter.properties).map((name) => [name.toLowerCase(), name]));
const fieldNames = new Map(filterFields.map((name) => [name.toLowerCase(), name as string]));

/** Reads the filter of a query: a JSON object whose names are read case-insensitively. */
function parseFilter(text: string): NonNullable<Position['filter']> {
  const filter = canonicalFilter(text);
  if (Value.Check(CustomersFilter, filter)) return { field: filter.Field, startsWith: filter.Value };
  const problems = schemaProblems(CustomersFilter, filter);
  throw new Refusal(
    'InputInvalid',
    problems.map(({ name, reason }) => ({ name: `filter.${name}`, reason })),
  );
}

const notAFilter: FaultDatum = {
  name: 'filter',
  reason: 'must be a JSON object like {"Field":"CompanyName","Value":"Fab","Operator":"starts_with"}',
};

function canonicalFilter(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Refusal('InputInvalid', [notAFilter]);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Refusal('InputInvalid', [notAFilter]);
  const canonical = new Map<string, unknown>();
  for (const [name, value] of Object.entries(parsed)) {
    const known = memberNames.get(name.toLowerCase());
    // A member that comes twice, in two cases, stays under its own name and is refused as unknown.
    const isTaken = known === undefined || canonical.has(known) || (name !== known && Object.hasOwn(parsed, known));
    canonical.set(isTaken ? name : known, value);
  }
  const [field, operator] = [canonical.get('Field'), canonical.get('Operator')];
  if (typeof field === 'string') canonical.set('Field', fieldNames.get(field.toLowerCase()) ?? field);
  if (typeof operator === 'string') canonical.set('Operator', operator.toLowerCase());
  return Object.fromEntries(canonical);
}

/** The .NET SDK follows a link by its relative uri and needs the headers as an array. */
function pageLink({ size, filter }: CustomersPageQuery, continuationToken: string | undefined): Link {
  const query = new URLSearchParams({ size: String(size) });
  if (continuationToken !== undefined) query.set('seekOperation', 'Next');
  else if (filter) {
    const { field, startsWith } = filter;
    query.set('filter', JSON.stringify({ Field: field, Value: startsWith, Operator: 'starts_with' }));
  }
  return {
    uri: `/customers?${query}`,
    method: 'GET',
    headers: continuationToken === undefined ? [] : [{ key: headers.continuationToken, value: continuationToken }],
  };
}
