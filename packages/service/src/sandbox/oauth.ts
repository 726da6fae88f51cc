import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { wrongMembers } from './schema-errors.js';

/** The errors of OAuth 2.0 (RFC 6749, 4.1.2.1 and 5.2) and OpenID Connect Core (3.1.2.6) that the authority answers. */
export type OAuthErrorCode =
  | 'access_denied'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'login_required'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type';

/** An error in the OAuth form. The message is its `error_description`: it never repeats what was sent. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

/** The parameters of one request, from its query or its form. */
export interface Parameters {
  readonly values: Readonly<Record<string, string>>;
  /** The names of those sent more than once, which RFC 6749 forbids. */
  readonly repeated: ReadonlySet<string>;
}

/** Reads a query or a form. A parameter without a value counts as not sent (RFC 6749, 3.1 and 3.2). */
export function readParameters(text: string): Parameters {
  const values: Record<string, string> = Object.create(null);
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    if (name in values) repeated.add(name);
    values[name] = value;
  }
  return { values, repeated };
}

/**
 * The parameters as a schema wants them. Others than the schema's are ignored, as RFC 6749 demands: clients send
 * their own, such as `x-client-SKU`.
 * @throws OAuthError `invalid_request` that names what is missing, wrong or sent twice.
 */
export function checked<T extends TSchema>(schema: T, parameters: Parameters): Static<T> {
  const { values, repeated } = parameters;
  const { missing, invalid } = wrongMembers(schema, values);
  const twice = [...repeated].filter((name) => /^[a-z_]{1,40}$/.test(name));
  const complaints = [
    ...missing.map((name) => `${name} is missing.`),
    ...invalid.map((name) => `${name} is not valid.`),
    ...twice.map((name) => `${name} is sent more than once.`),
    ...(repeated.size > twice.length ? ['A parameter is sent more than once.'] : []),
  ];
  if (complaints.length > 0 || !Value.Check(schema, values)) {
    throw new OAuthError('invalid_request', complaints.join(' '));
  }
  return values;
}

/** The parameters of these names alone. */
export function only({ values, repeated }: Parameters, names: readonly string[]): Parameters {
  const entries = Object.entries(values).filter(([name]) => names.includes(name));
  return {
    values: Object.fromEntries(entries),
    repeated: new Set([...repeated].filter((name) => names.includes(name))),
  };
}
