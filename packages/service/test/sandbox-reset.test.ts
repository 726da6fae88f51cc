import { randomUUID } from 'node:crypto';
import { sandboxPaths } from '@vetted/contract';
import { call, databases } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, partner, startBench } from './bench.js';
import { codePath, customerPath, OperatorDesk, partnerPath } from './operator-support.js';

const ROUNDS = 15;
const customer = { companyName: 'Litware Institute', domain: 'litware.example.edu' };
const code = { organizationName: 'City of Example', maxCreates: 5 };

describe.each(databases)('on $name, while the sandbox is reset again and again,', ({ create }) => {
  let bench: Bench;
  let desk: OperatorDesk;

  beforeAll(async () => {
    bench = await startBench(create);
    desk = new OperatorDesk(bench);
  });
  afterAll(() => bench.close());

  const reset = () => call(bench.sandbox.url + sandboxPaths.reset, { method: 'POST' });

  /** The statuses of calls each of which is made at the same time as a reset, `atOnce` of them a round. */
  async function statuses(makeCall: (round: number) => Promise<{ readonly status: number }>, atOnce = 4) {
    const found = new Set<number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const calls = Array.from({ length: atOnce }, () => makeCall(round));
      const [{ status }, ...answers] = await Promise.all([reset(), ...calls]);
      expect(status).toBe(204);
      for (const answer of answers) found.add(answer.status);
    }
    return [...found].filter((status) => ![200, 201, 404].includes(status));
  }

  it('puts of one validation code are all answered', async () => {
    const path = codePath(partner, '12345');
    expect(await statuses((round) => desk.call('PUT', path, { ...code, organizationName: `City ${round}` }))).toEqual(
      [],
    );
  });

  it('puts of one customer are all answered', async () => {
    const path = customerPath(partner, randomUUID());
    expect(await statuses((round) => desk.call('PUT', path, { ...customer, companyName: `Litware ${round}` }))).toEqual(
      [],
    );
  });

  it('puts into a partner that is gone after the reset are all answered', async () => {
    const tenantId = randomUUID();
    const put = async () => {
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP' });
      return desk.call('PUT', customerPath(tenantId, randomUUID()), customer);
    };
    expect(await statuses(put)).toEqual([]);
  });

  it('puts of one partner are all answered', async () => {
    const path = partnerPath(randomUUID());
    expect(await statuses((round) => desk.call('PUT', path, { name: `Northwind ${round}` }))).toEqual([]);
  });

  it('customers of the sandbox are added', async () => {
    expect(await statuses(() => bench.sandbox.post(sandboxPaths.customers, customer))).toEqual([]);
  });

  it('an import into a partner that is gone says what it left out, and ends', async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, () => `${JSON.stringify({ id: randomUUID(), ...customer })}\n`).join('');
    for (let round = 0; round < 3; round += 1) {
      const tenantId = await desk.newPartner();
      const [{ status, results }] = await Promise.all([desk.import(tenantId, lines(1_000)), reset()]);
      expect([200, 404]).toContain(status);
      const outcomes = new Set(results.map((result) => (result as { result: string }).result));
      expect([...outcomes].filter((outcome) => !['created', 'failed'].includes(outcome))).toEqual([]);
    }
  });
});
