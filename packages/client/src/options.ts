import type { AbortSignalLike } from '@azure/abort-controller';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TracingContext } from '@azure/core-tracing';
import type { CallResponse } from './call-response.js';
import { type CloudName, cloudOf, clouds } from './clouds.js';

const DEFAULT_TIMEOUT_IN_MS = 100_000;
const DEFAULT_MAX_RETRIES = 3;
const DEFAULT_RETRY_DELAY_IN_MS = 1_000;
const DEFAULT_MAX_RETRY_DELAY_IN_MS = 64_000;
/** What a timer can hold: a longer one fires at once. */
export const MAX_DELAY_IN_MS = 2_147_483_647;

/**
 * How often and how soon a failed call is tried again. Tried again are connections that fail or time out, and the
 * statuses 408, 429, 500 and above (not 501 and 505); all tries carry the same `MS-RequestId`, by which the service
 * tells that it is one call.
 */
export interface RetryOptions {
  /** How many more tries after the first. Default 3; whole, 0 to 100; 0 means none. */
  maxRetries?: number;
  /**
   * The first wait where the service names none, in milliseconds; it doubles with every try, and a random part of up to
   * half is left off. Default 1,000; 0 to 2,147,483,647.
   */
  retryDelayInMs?: number;
  /**
   * The longest wait, in milliseconds. A service that asks for more (`Retry-After`) is not asked again: the call rejects
   * at once, with `retryAfterInMs` on the error. Default 64,000; 0 to 2,147,483,647.
   */
  maxRetryDelayInMs?: number;
}

/**
 * Options of a {@link PartnerCenterClient}.
 *
 * @example
 * ```ts
 * import type { PartnerCenterClientOptions } from '@vetted/client';
 *
 * export const local: PartnerCenterClientOptions = {
 *   baseUrl: 'http://127.0.0.1:8080',
 *   applicationName: 'order desk',
 *   retryOptions: { maxRetries: 5 },
 *   timeoutInMs: 10_000,
 * };
 * ```
 */
export interface PartnerCenterClientOptions {
  /**
   * Which of Microsoft's clouds Partner Center is asked in, by its name: sets `baseUrl` and `scope`. The credential
   * needs the same cloud's authority, see {@link clouds}. Default `public`; `public`, `china` or `usGovernment`.
   */
  cloud?: CloudName;
  /**
   * The service's address: scheme, host and port. Default: the cloud's, `https://api.partnercenter.microsoft.com`. Must
   * be `https`; `http` only for this machine (`localhost`, `127.0.0.0/8`, `[::1]`), so that no token travels in clear.
   */
  baseUrl?: string;
  /**
   * The scope that tokens are asked for. Default: the cloud's, `https://api.partnercenter.microsoft.com/.default`,
   * whatever the `baseUrl`. Not empty.
   */
  scope?: string;
  /** What sends the requests. Default: the HTTP client of `@azure/core-rest-pipeline`, with connections kept alive. */
  httpClient?: HttpClient;
  /** How often and how soon a failed call is tried again. */
  retryOptions?: RetryOptions;
  /**
   * The longest time for one try, in milliseconds, from the request to the end of the answer's body; how long a token
   * takes is the credential's own matter. Default 100,000; whole, 1 to 2,147,483,647.
   */
  timeoutInMs?: number;
  /** The calling application, sent as `MS-PartnerCenter-Application`. Default: not sent. Printable ASCII. */
  applicationName?: string;
  /** The language of the service's texts, sent as `X-Locale`: `en-US`. Default: not sent. Printable ASCII. */
  locale?: string;
  /** `MS-CorrelationId` of every call of this client, a GUID. Default: a new one each call. Printable ASCII. */
  correlationId?: string;
  /**
   * Asks with every call whether the token's user has passed multi-factor authentication (`ValidateMfa: true`);
   * `isMfaCompliant` of {@link CallResponse} is the answer. Default: false.
   *
   * @see https://learn.microsoft.com/partner-center/security/partner-security-requirements-mandating-mfa
   */
  validateMfa?: boolean;
  /** Is told the answer of every call, before the `onResponse` of the call itself. See there. Default: none. */
  onResponse?: (response: CallResponse) => void;
}

/**
 * Options of every call.
 *
 * @see https://learn.microsoft.com/partner-center/developer/headers
 * @example
 * ```ts
 * import type { PartnerCenterClient } from '@vetted/client';
 *
 * export async function qualificationsWithin(client: PartnerCenterClient, customerId: string, ms: number) {
 *   const abortSignal = AbortSignal.timeout(ms);
 *   return client.customers.byId(customerId).qualification.getQualifications({ abortSignal });
 * }
 * ```
 */
export interface OperationOptions {
  /** Aborts the call, also while it waits between two tries. It then rejects with an `AbortError`. */
  abortSignal?: AbortSignalLike;
  /** The longest time for one try, in milliseconds. Default: the client's; whole, 1 to 2,147,483,647. */
  timeoutInMs?: number;
  /** `MS-RequestId`, a GUID: a call that is repeated with the same one takes effect once. Default: a new one. */
  requestId?: string;
  /** `MS-CorrelationId`, a GUID that several calls may share. Default: the client's, else a new one. */
  correlationId?: string;
  /** Asks whether the token's user has passed multi-factor authentication. Default: the client's, else false. */
  validateMfa?: boolean;
  /**
   * Is told the last answer of the call, once, whether it succeeded or not; never where no answer came. A listing is a
   * call for each page. What it returns is not awaited, and what it throws rejects the call, although the service may
   * have done what it was asked. Default: none.
   */
  onResponse?: (response: CallResponse) => void;
  /** The trace that the call's span belongs to. Default: the active one of OpenTelemetry, if any. */
  tracingOptions?: { tracingContext?: TracingContext };
}

const clientOptions = {
  cloud: true,
  baseUrl: true,
  scope: true,
  httpClient: true,
  retryOptions: true,
  timeoutInMs: true,
  applicationName: true,
  locale: true,
  correlationId: true,
  validateMfa: true,
  onResponse: true,
} satisfies Record<keyof PartnerCenterClientOptions, true>;

const retryOptionNames = {
  maxRetries: true,
  retryDelayInMs: true,
  maxRetryDelayInMs: true,
} satisfies Record<keyof RetryOptions, true>;

/** The names of the options of every call. */
export const operationOptions = {
  abortSignal: true,
  timeoutInMs: true,
  requestId: true,
  correlationId: true,
  validateMfa: true,
  onResponse: true,
  tracingOptions: true,
} satisfies Record<keyof OperationOptions, true>;

/** The options of a client, checked and complete. */
export interface ClientSettings {
  readonly baseUrl: string;
  readonly scope: string;
  readonly httpClient: HttpClient | undefined;
  readonly retry: Required<RetryOptions>;
  readonly timeoutInMs: number;
  readonly applicationName: string | undefined;
  readonly locale: string | undefined;
  readonly correlationId: string | undefined;
  readonly validateMfa: boolean;
  readonly onResponse: ((response: CallResponse) => void) | undefined;
}

/** Checks the options. Throws TypeError for a value of the wrong type and RangeError for one out of range. */
export function settingsFrom(options: PartnerCenterClientOptions): ClientSettings {
  const { retryOptions, httpClient } = options;
  refuseMisspelt(options, clientOptions);
  const cloud = cloudOf(options.cloud ?? 'public');
  if (httpClient !== undefined && typeof httpClient?.sendRequest !== 'function') {
    throw new TypeError('httpClient must have a sendRequest function.');
  }
  return {
    baseUrl: originOf(options.baseUrl ?? cloud.baseUrl),
    scope: headerText('scope', options.scope) ?? cloud.scope,
    httpClient,
    retry: retrySettings(retryOptions),
    timeoutInMs: checkedTimeout(options.timeoutInMs ?? DEFAULT_TIMEOUT_IN_MS),
    applicationName: headerText('applicationName', options.applicationName),
    locale: headerText('locale', options.locale),
    correlationId: headerText('correlationId', options.correlationId),
    validateMfa: flag('validateMfa', options.validateMfa) ?? false,
    onResponse: callback('onResponse', options.onResponse),
  };
}

/** Checks the options of retries. Throws as {@link settingsFrom} does. */
export function retrySettings(options: RetryOptions = {}): Required<RetryOptions> {
  if (typeof options !== 'object' || options === null) throw new TypeError('retryOptions must be an object.');
  const { maxRetries, retryDelayInMs, maxRetryDelayInMs } = options;
  refuseMisspelt(options, retryOptionNames, 'retryOptions.');
  return {
    maxRetries: wholeNumber('retryOptions.maxRetries', maxRetries ?? DEFAULT_MAX_RETRIES, 0, 100),
    retryDelayInMs: delay('retryOptions.retryDelayInMs', retryDelayInMs ?? DEFAULT_RETRY_DELAY_IN_MS),
    maxRetryDelayInMs: delay('retryOptions.maxRetryDelayInMs', maxRetryDelayInMs ?? DEFAULT_MAX_RETRY_DELAY_IN_MS),
  };
}

/**
 * Throws a TypeError for a member that is an option but for its letter case: passed over in silence, `baseURL` would send
 * the calls to Microsoft. Other members that are unknown may come along.
 */
export function refuseMisspelt(options: object, names: Readonly<Record<string, true>>, prefix = ''): void {
  for (const given of Object.keys(options)) {
    if (Object.hasOwn(names, given)) continue;
    const meant = Object.keys(names).find((name) => name.toLowerCase() === given.toLowerCase());
    if (meant !== undefined) throw new TypeError(`${prefix}${given} is no option: it is spelt ${prefix}${meant}.`);
  }
}

/** Checks a time limit, of the client or of one call. */
export function checkedTimeout(value: number): number {
  return wholeNumber('timeoutInMs', value, 1, MAX_DELAY_IN_MS);
}

/** Checks an option that is on or off, of the client or of one call. */
export function flag(name: string, value: boolean | undefined): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new TypeError(`${name} must be a boolean, not ${typeof value}.`);
}

/** Checks a callback, of the client or of one call. */
export function callback<T extends (...given: never) => void>(name: string, value: T | undefined): T | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw new TypeError(`${name} must be a function, not ${typeof value}.`);
}

function originOf(baseUrl: string): string {
  if (typeof baseUrl !== 'string') throw new TypeError(`baseUrl must be a string, not ${typeof baseUrl}.`);
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new RangeError(`baseUrl must be a URL such as ${clouds.public.baseUrl}; "${baseUrl}" is none.`);
  }
  if (url.username !== '' || url.password !== '') throw new RangeError('baseUrl must not hold a name or a password.');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new RangeError(
      `baseUrl must be https, or http to this machine: a token must not travel in clear. "${baseUrl}" is neither.`,
    );
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new RangeError(`baseUrl must end after host and port: ${url.origin}; "${baseUrl}" does not.`);
  }
  return url.origin;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Checks a number that has no fraction. */
export function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}.`);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}; ${value} is not.`);
}

function delay(name: string, value: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}.`);
  if (value >= 0 && value <= MAX_DELAY_IN_MS) return value;
  throw new RangeError(`${name} must be from 0 to ${MAX_DELAY_IN_MS} milliseconds; ${value} is not.`);
}

/** Checks what is to travel in a header. */
export function headerText(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${typeof value}.`);
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value;
  throw new RangeError(`${name} must be printable ASCII, not empty and without spaces around it.`);
}
