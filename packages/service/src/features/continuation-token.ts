import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Refusal } from '../domain/refusal.js';

/** A place in a listing as text, which a client hands back without reading it. */
export function writeContinuationToken(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position that a token stands for, or undefined if it is no token of this listing's. */
export function readContinuationToken<Position extends TSchema>(
  schema: Position,
  token: string,
): Static<Position> | undefined {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Value.Check(schema, position) ? position : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The listing that a query asks for: a continuation token tells all of it, and what stands beside it must agree.
 * `defaults` is what a query without a token leaves out.
 * @throws Refusal InputInvalid
 */
export function listingOf<Position extends TSchema, Query extends object, Defaults extends object>(
  schema: Position,
  query: Query & { readonly continuationToken?: string },
  defaults: Defaults,
): (Defaults & Omit<Query, 'continuationToken'>) | Static<Position> {
  const { continuationToken, ...asked } = query;
  if (continuationToken === undefined) return { ...defaults, ...asked };
  const position = readContinuationToken(schema, continuationToken);
  if (position === undefined) throw wrong('continuationToken', 'is not a token that this service gave');
  const carried = new Map(Object.entries(position as object));
  for (const [name, value] of Object.entries(asked)) {
    if (carried.get(name) !== value) throw wrong(name, 'differs from what the continuation token goes on with');
  }
  return position;
}

function wrong(name: string, reason: string): Refusal {
  return new Refusal('InputInvalid', [{ name, reason }]);
}
