import {
  isPartnerCenterError,
  type PartnerCenterClient,
  type PartnerCenterError,
  type Qualification,
} from '@vetted/client';
import { printable } from '../../output.js';
import { explainFault } from '../../report.js';
import { lacksRoute } from '../../vetted-only.js';
import type { Journal, KnownRequest } from './journal.js';
import type { Outcome } from './journal-entries.js';
import type { RequestRow } from './rows.js';

/** What is said of a row: what would come of it, or what came of it in this run or an earlier one. */
export interface RowResult {
  readonly row: RequestRow;
  readonly result: 'ready' | 'blocked' | 'failed' | Outcome['result'];
  readonly vettingStatus?: string;
  readonly detail?: string;
}

export interface RequestWork {
  readonly client: PartnerCenterClient;
  readonly journal: Journal;
  /** Whether to send anew what was refused. */
  readonly retryRefused: boolean;
}

/** How long a service is sure to know a request by its id: Vetted promises a day. */
const KNOWN_FOR_IN_MS = 20 * 3_600_000;
/** How far this machine's clock and the service's may differ. */
const CLOCK_SKEW_IN_MS = 600_000;

/**
 * Requests a row, unless an earlier run has. Throws where the rest would meet with the same: a service that is not
 * reached, throttles, or does not accept the token.
 */
export async function request(row: RequestRow, work: RequestWork): Promise<RowResult> {
  const { client, journal } = work;
  const known = journal.find(row);
  if (known && isSettled(known, work)) return { row, ...known.outcome };
  const pending = known?.outcome === undefined ? known : undefined;
  try {
    const effect = pending && (await findEffect(row, pending, client));
    const outcome = effect ?? (await send(row, pending?.requestId ?? (await journal.begin(row)), client));
    await journal.end(row, outcome);
    return { row, ...outcome };
  } catch (error) {
    if (!isPartnerCenterError(error) || endsRun(error)) throw error;
    // Not on record: the next run sends it again under the same request id, and learns what came of it.
    return { row, result: 'failed', detail: explainFault(error) };
  }
}

async function send(row: RequestRow, requestId: string, client: PartnerCenterClient): Promise<Outcome> {
  try {
    const { qualification } = client.customers.byId(row.customerId);
    return requested(await qualification.createQualifications(row.request, { requestId }));
  } catch (error) {
    if (!isPartnerCenterError(error) || !isRefusal(error)) throw error;
    return { result: 'refused', detail: withoutCode(explainFault(error), row) };
  }
}

/** What is told of a request goes into the journal, where no validation code stands. */
function withoutCode(text: string, { request: { validationCode } }: RequestRow): string {
  return validationCode === undefined ? text : text.replaceAll(validationCode, '(the code)');
}

/** Says what would come of a row, and requests nothing. Throws where {@link request} does. */
export async function preview(row: RequestRow, work: RequestWork): Promise<RowResult> {
  const { client, journal } = work;
  const known = journal.find(row);
  if (known && isSettled(known, work)) return { row, ...known.outcome };
  const changed = journal.findChanged(row);
  const notes = [
    ...(known && known.outcome === undefined ? [`It was sent on ${dayOf(known)}, and no answer is known.`] : []),
    ...(changed ? [`It was sent with other particulars on ${dayOf(changed)}.`] : []),
  ];
  const { isEligible, findings } = await check(row, client);
  const detail = printable([...notes, ...findings].join(' '));
  return { row, result: isEligible ? 'ready' : 'blocked', ...(detail !== '' && { detail }) };
}

async function check({ customerId, request: wanted }: RequestRow, client: PartnerCenterClient) {
  try {
    const { eligible, findings } = await client.vetting.preflight(customerId, wanted);
    return { isEligible: eligible, findings: findings.map(({ message }) => message) };
  } catch (error) {
    if (!isPartnerCenterError(error) || endsRun(error)) throw error;
    if (await lacksRoute(error))
      return { isEligible: true, findings: ['Not checked: this service offers no preflight.'] };
    return { isEligible: false, findings: [explainFault(error)] };
  }
}

type Settled = KnownRequest & { readonly outcome: Outcome };

function isSettled(known: KnownRequest, { retryRefused }: RequestWork): known is Settled {
  return known.outcome !== undefined && !(retryRefused && known.outcome.result === 'refused');
}

function requested({ vettingStatus }: Qualification): Outcome {
  return { result: 'requested', ...(vettingStatus !== undefined && { vettingStatus: printable(vettingStatus) }) };
}

/**
 * What came of a request whose answer never arrived, where it is too long ago for the service to know it by its id:
 * the qualification itself tells. Undefined where it is not, or where it had no effect.
 */
async function findEffect(
  { customerId, request: wanted }: RequestRow,
  { begun }: KnownRequest,
  client: PartnerCenterClient,
): Promise<Outcome | undefined> {
  if (Date.now() - begun.getTime() < KNOWN_FOR_IN_MS) return undefined;
  const qualifications = await client.customers.byId(customerId).qualification.getQualifications();
  const found = qualifications.find(({ qualification }) => qualification === wanted.qualification);
  const created = found?.vettingCreatedDate === undefined ? undefined : Date.parse(found.vettingCreatedDate);
  // Nobody vets a StateOwnedEntity: it has no date, and to have it is all there is.
  const isEffect = created === undefined || created >= begun.getTime() - CLOCK_SKEW_IN_MS;
  return found && isEffect ? requested(found) : undefined;
}

/** Whether every further request would meet with the same. */
function endsRun({ statusCode }: PartnerCenterError): boolean {
  return statusCode === undefined || statusCode === 401 || statusCode === 429;
}

/** Whether the service has judged the request itself; it may refuse the caller (403), or be out of order. */
function isRefusal(error: PartnerCenterError): boolean {
  const { statusCode = 0 } = error;
  return statusCode >= 400 && statusCode < 500 && statusCode !== 403 && statusCode !== 408 && !endsRun(error);
}

function dayOf({ begun }: KnownRequest): string {
  return begun.toISOString().slice(0, 10);
}
