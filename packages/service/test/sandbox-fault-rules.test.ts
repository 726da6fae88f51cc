import { call, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultSwitch } from '../src/sandbox/faults.js';
import { expectFault } from './bench.js';
import { send } from './raw.js';
import { faultsPath, putFaults, setFaults, standingFaults } from './sandbox-switches.js';

const json = { 'content-type': 'application/json' };

describe('what PUT takes', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it.each<[unknown, string[]]>([
    [{}, ['body']],
    [null, ['body']],
    ['', ['body']],
    [Array.from({ length: 101 }, () => ({ status: 500 })), ['body']],
    [[{}], ['0']],
    [[null], ['0']],
    [[{ status: 500 }, 'x'], ['1']],
    [[{ status: 500 }, { times: 1 }], ['1']],
    [[{ status: 399 }], ['0.status']],
    [[{ status: 600 }], ['0.status']],
    [[{ status: '500' }], ['0.status']],
    [[{ status: 500, retryAfter: -1 }], ['0.retryAfter']],
    [[{ delayMs: 1, retryAfter: 1 }], ['0.retryAfter']],
    [[{ delayMs: 60_001 }], ['0.delayMs']],
    [[{ delayMs: 0.5 }], ['0.delayMs']],
    [[{ dropConnection: false }], ['0.dropConnection']],
    [[{ dropConnection: 'during' }], ['0.dropConnection']],
    [[{ dropConnection: 'after', status: 500 }], ['0.dropConnection']],
    [[{ status: 500, times: 0 }], ['0.times']],
    [[{ status: 500, times: 1.5 }], ['0.times']],
    [[{ status: 500, probability: 1.1 }], ['0.probability']],
    [[{ status: 500, method: 'GETS' }], ['0.method']],
    [[{ status: 500, method: 1 }], ['0.method']],
    [[{ status: 500, path: 'v1' }], ['0.path']],
    [[{ status: 500, path: '/v1?size=1' }], ['0.path']],
    [[{ status: 500, path: `/${'x'.repeat(512)}` }], ['0.path']],
    [[{ status: 500, path: faultsPath }], ['0.path']],
    [[{ status: 500, path: '/v1' }], ['0.path']],
    [[{ status: 500, path: '/V1/customers' }], ['0.path']],
    [[{ status: 500 }, { status: 500, path: '/v2/*' }], ['1.path']],
    [[{ status: 500, after: 1 }], ['0.after']],
    [[{ status: 500, probability: 2, times: -1 }], ['0.probability', '0.times']],
  ])('excludes %j, and the rules that stand go on', async (body, names) => {
    await setFaults(sandbox.url, { status: 500, path: '/v1/x' });
    const answer = await putFaults(sandbox.url, body);
    answer.body?.data?.sort((one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name));
    expectFault(answer, 400, '3000', names);
    expect(await standingFaults(sandbox.url)).toEqual([{ status: 500, path: '/v1/x' }]);
  });

  it.each(['*', '/*', '*/customers', '/v*', '/vetting/*', '/v1/*', '/webhooks/v1/registration'])(
    'includes a rule for %s',
    async (path) => {
      await setFaults(sandbox.url, { status: 500, path });
    },
  );

  it('includes a hundred rules', async () => {
    const rules = Array.from({ length: 100 }, (_, index) => ({ status: 400 + index }));
    await setFaults(sandbox.url, ...rules);
  });

  it('excludes a page elsewhere, a form and a body for DELETE', async () => {
    const origin = 'https://evil.example';
    expectFault(await putFaults(sandbox.url, [], { origin }), 403, '900308', ['Origin']);
    expectFault(await call(sandbox.url + faultsPath, { method: 'DELETE', headers: { origin } }), 403, '900308', [
      'Origin',
    ]);
    expectFault(await putFaults(sandbox.url, [], { 'content-type': 'text/plain' }), 415, 'UnsupportedMediaType');
    const host = { host: 'evil.example' };
    expectFault(await send(sandbox.url, faultsPath, { method: 'DELETE', headers: host }), 403, '900308', ['Host']);
    const body = { method: 'DELETE', headers: json, body: '{"all":true}' };
    expectFault(await call(sandbox.url + faultsPath, body), 400, '3000', ['all']);
  });
});

describe('a rule with a probability', () => {
  it('fires as often as chance has it, and only that often is counted', () => {
    const numbers = [0.5, 0.49, 0.9, 0];
    const faults = new FaultSwitch(() => numbers.shift() ?? 1);
    faults.replace([{ status: 500, probability: 0.5, times: 2 }]);
    const take = () => faults.take('GET', '/v1/customers') !== undefined;
    expect([take(), take(), take(), take(), take()]).toEqual([false, true, false, true, false]);
    expect(faults.rules).toEqual([]);
  });

  it('leaves it to the next one where it does not fire', () => {
    const faults = new FaultSwitch(() => 0.7);
    faults.replace([
      { status: 500, probability: 0.7 },
      { status: 502, probability: 0.71 },
    ]);
    expect(faults.take('GET', '/v1/customers')?.status).toBe(502);
  });
});
