import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

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
