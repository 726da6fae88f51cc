import { createHttpHeaders } from '@azure/core-rest-pipeline';
import type { CallResponse } from './call-response.js';
import { DecisionPoller } from './decision-poller.js';
import type { DecisionWatch } from './decision-watch.js';
import type { Qualification, QualificationRequest } from './models.js';
import { type OperationOptions, operationOptions, refuseMisspelt } from './options.js';
import { readState } from './poller-state.js';
import { Pace } from './polling-pace.js';
import type { QualificationPoller, WaitForDecisionOptions } from './qualification-poller.js';
import { retryAfterInMs } from './transport/retry-after.js';

/** The customer whose decisions are waited for. */
export interface PolledCustomer {
  readonly customerId: string;
  readonly getQualifications: (options: OperationOptions) => Promise<Qualification[]>;
  readonly createQualifications: (request: QualificationRequest, options: OperationOptions) => Promise<Qualification>;
  /** Undefined where the service has no stream of events. */
  readonly decisions: DecisionWatch | undefined;
}

/** A poller for a request that is made now, unless the options restore an earlier one. Throws for wrong options. */
export function pollRequest(
  customer: PolledCustomer,
  request: QualificationRequest,
  options: WaitForDecisionOptions,
): QualificationPoller {
  const name = checkedName('request.qualification', request?.qualification);
  return startPoller(customer, name, options, (callOptions) => customer.createQualifications(request, callOptions));
}

/** A poller for a request that was made before. Throws for wrong options. */
export function pollEarlierRequest(
  customer: PolledCustomer,
  name: string,
  options: WaitForDecisionOptions,
): QualificationPoller {
  return startPoller(customer, checkedName('qualification', name), options, undefined);
}

const waitOptions = {
  ...operationOptions,
  intervalInMs: true,
  maxIntervalInMs: true,
  restoreFrom: true,
} satisfies Record<keyof WaitForDecisionOptions, true>;

function startPoller(
  { customerId, getQualifications, decisions }: PolledCustomer,
  name: string,
  options: WaitForDecisionOptions,
  request: ((options: OperationOptions) => Promise<Qualification>) | undefined,
): QualificationPoller {
  const { intervalInMs, maxIntervalInMs, restoreFrom, ...requestOptions } = options;
  refuseMisspelt(options, waitOptions);
  const { requestId: _ofTheRequest, ...lookOptions } = requestOptions;
  const pace = new Pace({ intervalInMs, maxIntervalInMs });
  const state =
    restoreFrom === undefined ? { customerId, name, seen: undefined } : readState(restoreFrom, customerId, name);
  return new DecisionPoller(
    {
      isRequested: request !== undefined,
      submit: request && restoreFrom === undefined ? () => request(requestOptions) : undefined,
      look: (abortSignal, asked) =>
        getQualifications({ ...lookOptions, abortSignal, onResponse: hearing(asked, lookOptions.onResponse) }),
      watch: decisions && ((ring) => decisions.watch(customerId, name, ring)),
      pace,
      abortSignal: options.abortSignal,
    },
    state,
  );
}

function hearing(asked: (ms: number) => void, onResponse: OperationOptions['onResponse']) {
  return (response: CallResponse) => {
    const wait = retryAfterInMs(createHttpHeaders(response.headers));
    if (wait !== undefined) asked(wait);
    onResponse?.(response);
  };
}

function checkedName(what: string, name: unknown): string {
  if (typeof name !== 'string') throw new TypeError(`${what} must be a string, not ${typeof name}.`);
  if (name === '') throw new RangeError(`${what} must not be empty.`);
  return name;
}
