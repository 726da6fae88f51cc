import { type call, databases } from '@vetted/testkit';
import pg from 'pg';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Bench, expectFault, startBench } from './bench.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
/** More than a process has connections for writing. */
const MANY = 20;

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('on $name', ({ create }) => {
  let bench: Bench;
  let other: pg.Client;

  beforeEach(async () => {
    bench = await startBench(create);
    other = new pg.Client({ connectionString: bench.database.address });
    await other.connect();
    onTestFinished(async () => {
      await other.end();
      await bench.close();
    });
    await Promise.all([bench.sandbox.userToken(), bench.sandbox.appToken()]);
  });

  const customers = () => Promise.all(Array.from({ length: MANY }, () => bench.addCustomer()));

  /** All are told to come back, and while they wait, what does not need what is held is answered. */
  async function expectRefused(
    requests: readonly ReturnType<typeof call>[],
    readable: readonly string[],
  ): Promise<void> {
    let waiting = true;
    const answered = Promise.all(requests).finally(() => {
      waiting = false;
    });
    while (waiting) {
      for (const path of readable) expect((await bench.sandbox.get(path)).status, path).toBe(200);
    }
    for (const answer of await answered) {
      expectFault(answer, 503, 'ServiceUnavailable');
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
  }

  it('requests for rows that somebody keeps locked are told to come back, more of them than there are connections', async () => {
    const ids = await customers();
    await other.query('begin');
    await other.query('select id from customer where id = any($1) for update', [ids]);
    const reads = ['/readyz', '/v1/customers', `/v1/customers/${ids[0]}/qualifications`];
    await expectRefused(
      ids.map((id) => bench.sandbox.request(id, education)),
      reads,
    );
    await other.query('rollback');

    for (const id of ids) expect((await bench.sandbox.request(id, education)).status).toBe(201);
  });

  it('everything that needs a table that somebody keeps locked is told to come back, reads too', async () => {
    const ids = await customers();
    await other.query('begin; lock table customer in access exclusive mode');
    await expectRefused(
      ids.flatMap((id) => [bench.sandbox.request(id, education), bench.sandbox.get(`/v1/customers/${id}`)]),
      ['/healthz'],
    );
    await other.query('rollback');

    for (const id of ids) expect((await bench.sandbox.request(id, education)).status).toBe(201);
  });

  it('a statement that takes too long is ended, what it was part of is undone, and others are answered meanwhile', async () => {
    const [customer = ''] = await customers();
    await other.query(`
      create function dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(3600); return new; end';
      create trigger dawdle before insert on history for each row execute function dawdle()`);
    const path = `/v1/customers/${customer}/qualifications`;
    await expectRefused([bench.sandbox.request(customer, education)], ['/readyz', path]);
    await other.query('drop trigger dawdle on history');

    expect((await bench.sandbox.qualifications(customer)).body).toEqual([]);
    expect((await bench.sandbox.request(customer, education)).status).toBe(201);
  });
});
