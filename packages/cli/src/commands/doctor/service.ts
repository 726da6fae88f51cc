import type { AccessToken } from '@azure/core-auth';
import type { CallResponse, PartnerCenterError } from '@vetted/client';
import { explainFault } from '../../report.js';
import type { Target } from '../../target.js';
import { type Check, failed, warning, well } from './check.js';
import { inWords } from './in-words.js';

const TIMEOUT_IN_MS = 20_000;
const MAX_SKEW_IN_SECONDS = 60;
/** A token that no service takes: by refusing it, one shows that it can be reached. */
const NO_TOKEN = 'none';

/** The roles of an operator's users, whose tenant is no partner. */
const REVIEWER = 'Vetting.Review';
const ADMINISTRATOR = 'Vetting.Administer';

/** What the service was asked, and what it answered. */
export interface ServiceFound {
  readonly check: Check;
  /** The answer; undefined where none came. */
  readonly answer?: Pick<CallResponse, 'headers' | 'isMfaCompliant'>;
  /** When the answer was under way, by this machine's clock. */
  readonly at: number;
}

/**
 * Asks the service for one customer, a reviewer's service for one review, with the token; or, to see whether it can be
 * reached at all, without one.
 */
export async function askService(
  { baseUrl, scope, kind }: Target,
  token?: AccessToken,
  roles: readonly string[] = [],
): Promise<ServiceFound> {
  const { isPartnerCenterError, PartnerCenterClient } = await import('@vetted/client');
  let answer: CallResponse | undefined;
  const shown = token ?? { token: NO_TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 };
  const client = new PartnerCenterClient(
    { getToken: async () => shown },
    {
      baseUrl,
      scope,
      timeoutInMs: TIMEOUT_IN_MS,
      retryOptions: { maxRetries: 1 },
      validateMfa: true,
      onResponse: (response) => {
        answer = response;
      },
    },
  );
  const isReviewer = roles.includes(REVIEWER);
  const began = Date.now();
  let error: PartnerCenterError | undefined;
  try {
    await (isReviewer ? client.vetting.reviews : client.customers).list({ pageSize: 1 }).byPage().next();
  } catch (reason) {
    if (!isPartnerCenterError(reason)) throw reason;
    error = reason;
  }
  const ended = Date.now();
  const check = checkAnswer({ baseUrl, kind, roles, hasToken: token !== undefined, error, took: ended - began });
  return { check, at: (began + ended) / 2, ...(answer === undefined ? {} : { answer }) };
}

interface Outcome extends Pick<Target, 'baseUrl' | 'kind'> {
  /** Those of the token. */
  readonly roles: readonly string[];
  readonly hasToken: boolean;
  readonly error: PartnerCenterError | undefined;
  readonly took: number;
}

function checkAnswer({ baseUrl, kind, roles, hasToken, error, took }: Outcome): Check {
  const isReviewer = roles.includes(REVIEWER);
  const path = isReviewer ? '/vetting/v1/reviews' : '/v1/customers';
  if (error === undefined) return well('API', `GET ${path} was answered in ${took} ms`);
  const { statusCode } = error;
  if (error.code === 'PartnerUnknown' && roles.includes(ADMINISTRATOR)) {
    return well('API', `${baseUrl} takes the token, which is an operator's: it has no customers of its own`);
  }
  if (statusCode === undefined) {
    const advice =
      kind === 'sandbox'
        ? 'Start the sandbox with: npx vetted serve --sandbox'
        : 'Check the address, the network and the proxy.';
    return failed('API', `${baseUrl} cannot be reached (${error.code ?? error.message})`, advice);
  }
  if (!hasToken && statusCode === 401) return well('API', `${baseUrl} can be reached, and wants a token`);
  return failed('API', explainFault(error), adviceFor(statusCode, isReviewer ? 'read reviews' : 'read customers'));
}

function adviceFor(status: number, what: string): string {
  if (status === 401) return 'Compare tenant, application, audience and MFA with what the service expects.';
  if (status === 403) return `The application or the user may not ${what}: check roles and consent.`;
  if (status === 404) return 'This address speaks no Partner Center API: check it.';
  if (status === 429) return 'The service is asked too often: wait a while.';
  return status >= 500
    ? 'Try again later; give the correlation id to whoever runs the service.'
    : 'Check the address of the service.';
}

/**
 * Compares this machine's clock with the service's, by the `Date` of its answer, and with that of whoever issued the
 * token, by its `iat`: the sandbox's own clock can be moved ahead.
 */
export function checkClock({ answer, at }: ServiceFound, issuedAt: number | undefined, kind: Target['kind']): Check {
  const told = Date.parse(answer?.headers.date ?? '');
  if (Number.isNaN(told)) return well('Clock', 'cannot be compared: the service tells no time');
  const skew = (told - at) / 1000;
  if (Math.abs(skew) > MAX_SKEW_IN_SECONDS) {
    const direction = skew > 0 ? 'behind' : 'ahead of';
    const text = `this machine's clock is ${inWords(Math.abs(skew))} ${direction} the service's`;
    return warning('Clock', text, 'Set it right: tokens and signatures are checked by the time.');
  }
  const issuedAhead = issuedAt === undefined ? 0 : issuedAt - at / 1000;
  if (issuedAhead <= MAX_SKEW_IN_SECONDS) return well('Clock', "agrees with the service's");
  const ahead = `${inWords(issuedAhead)} ahead`;
  return kind === 'sandbox'
    ? well('Clock', `agrees with the service's; the sandbox's own was moved ${ahead}`)
    : warning('Clock', `whoever issued the token is ${ahead}`, 'Compare the clock of this machine with another.');
}
