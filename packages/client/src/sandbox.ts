import { sandboxPaths } from '@vetted/contract';
import { readNothing, readObject, readObjects } from './answers.js';
import type { Customer } from './models.js';
import type { OperationOptions } from './options.js';
import type { ClockAdvanced, ClockReading, FaultRule, NewCustomer } from './sandbox-models.js';
import type { Call, Send } from './transport/pipeline.js';

/**
 * The switches of a sandbox: its clock, what goes wrong, its data. They exist where Vetted runs as a sandbox; every other
 * service answers 404. All but `addCustomer` are sent without a token, and the credential is not asked for one: a clock
 * that was moved may have outrun every token that there is.
 */
export interface SandboxOperations {
  /**
   * Reads the sandbox's clock, which everything in it goes by.
   *
   * Rejects with a {@link PartnerCenterError}: 404 from a service that is no sandbox.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function today(client: PartnerCenterClient): Promise<string> {
   *   const { now } = await client.sandbox.getClock();
   *   return now.slice(0, 10);
   * }
   * ```
   */
  getClock(options?: OperationOptions): Promise<ClockReading>;

  /**
   * Moves the clock forwards. What becomes due by that is done once the call resolves.
   *
   * Rejects with a {@link PartnerCenterError}: 400 for what is no duration or does not lead forwards, and where all advances
   * together come to more than ten years.
   *
   * @param duration An ISO 8601 duration, such as `P3D` or `PT90M`.
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function letThreeDaysPass(client: PartnerCenterClient): Promise<void> {
   *   const { now } = await client.sandbox.advanceClock('P3D');
   *   console.log(`It is ${now}.`);
   * }
   * ```
   */
  advanceClock(duration: string, options?: OperationOptions): Promise<ClockAdvanced>;

  /**
   * Lists the rules by which requests go wrong, with what is left of their `times`.
   *
   * Rejects with a {@link PartnerCenterError}: 404 from a service that is no sandbox.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function isFaulty(client: PartnerCenterClient): Promise<boolean> {
   *   const rules = await client.sandbox.listFaults();
   *   return rules.length > 0;
   * }
   * ```
   */
  listFaults(options?: OperationOptions): Promise<FaultRule[]>;

  /**
   * Has requests go wrong by these rules, in place of those that stand.
   *
   * Rejects with a {@link PartnerCenterError}: 400 for a rule that is none.
   *
   * @param rules At most 100; the first that matches a request and fires applies.
   * @returns The rules that stand now.
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function makeBusy(client: PartnerCenterClient): Promise<void> {
   *   await client.sandbox.replaceFaults([{ path: '/v1/*', status: 429, retryAfter: 5, times: 3 }]);
   * }
   * ```
   */
  replaceFaults(rules: readonly FaultRule[], options?: OperationOptions): Promise<FaultRule[]>;

  /**
   * Has requests go wrong no more.
   *
   * Rejects with a {@link PartnerCenterError}: 404 from a service that is no sandbox.
   *
   * @example
   * ```ts
   * import type { FaultRule, PartnerCenterClient } from '@vetted/client';
   *
   * export async function withFault(client: PartnerCenterClient, rule: FaultRule, test: () => Promise<void>) {
   *   await client.sandbox.replaceFaults([rule]);
   *   await test().finally(() => client.sandbox.endFaults());
   * }
   * ```
   */
  endFaults(options?: OperationOptions): Promise<void>;

  /**
   * Restores the sample data, forgets everything else, and ends all faults. The clock goes on, and tokens stay good.
   *
   * Rejects with a {@link PartnerCenterError}: 404 from a service that is no sandbox.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export function beginAnew(client: PartnerCenterClient): Promise<void> {
   *   return client.sandbox.reset();
   * }
   * ```
   */
  reset(options?: OperationOptions): Promise<void>;

  /**
   * Adds a customer of the caller's partner, without a qualification. A call that is repeated under its `requestId` adds one.
   *
   * Rejects with a {@link PartnerCenterError}: 400 for a name, domain or country that is none, 401 and 403 for the token.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function newSchool(client: PartnerCenterClient): Promise<string> {
   *   const { id } = await client.sandbox.addCustomer({ companyName: 'Alpine School', domain: 'alpine.example.edu' });
   *   return id;
   * }
   * ```
   */
  addCustomer(customer: NewCustomer, options?: OperationOptions): Promise<Customer>;
}

export function sandboxOperations(send: Send): SandboxOperations {
  const { clock, faults, reset, customers } = sandboxPaths;
  const call = <T>(name: keyof SandboxOperations, what: Omit<Call<T>, 'operation'>, options: OperationOptions) =>
    send({ operation: `SandboxOperations.${name}`, ...what }, options);
  const tokenless = true;
  return {
    getClock: (options = {}) =>
      call('getClock', { method: 'GET', path: clock, tokenless, read: readObject<ClockReading> }, options),
    advanceClock: (advance, options = {}) => {
      const body = { advance };
      return call(
        'advanceClock',
        { method: 'POST', path: clock, body, tokenless, read: readObject<ClockAdvanced> },
        options,
      );
    },
    listFaults: (options = {}) =>
      call('listFaults', { method: 'GET', path: faults, tokenless, read: readObjects<FaultRule> }, options),
    replaceFaults: (body, options = {}) =>
      call('replaceFaults', { method: 'PUT', path: faults, body, tokenless, read: readObjects<FaultRule> }, options),
    endFaults: (options = {}) =>
      call('endFaults', { method: 'DELETE', path: faults, tokenless, read: readNothing }, options),
    reset: (options = {}) => call('reset', { method: 'POST', path: reset, tokenless, read: readNothing }, options),
    addCustomer: (body, options = {}) =>
      call('addCustomer', { method: 'POST', path: customers, body, read: readObject<Customer> }, options),
  };
}
