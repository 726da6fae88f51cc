import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { databases } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, startBench } from './bench.js';
import { importPath, OperatorDesk } from './operator-support.js';

/** Lines a transaction. */
const BATCH = 100;

interface Result {
  readonly line: number;
  readonly result: string;
}

/** An import that is sent and answered bit by bit. */
class OpenImport {
  readonly #outgoing: ClientRequest;
  readonly #answer: Promise<AsyncIterator<string>>;

  constructor(outgoing: ClientRequest) {
    this.#outgoing = outgoing;
    outgoing.on('error', () => {});
    this.#answer = once(outgoing, 'response').then(([response]: IncomingMessage[]) => {
      if (response === undefined) throw new Error('There is no answer.');
      return createInterface({ input: response })[Symbol.asyncIterator]();
    });
  }

  send(text: string | Uint8Array): void {
    this.#outgoing.write(text);
  }

  end(): void {
    this.#outgoing.end();
  }

  goAway(): void {
    this.#outgoing.destroy();
  }

  /** The next results; fewer where the answer ends. */
  async results(count: number): Promise<Result[]> {
    const answer = await this.#answer;
    const results: Result[] = [];
    while (results.length < count) {
      const { done, value } = await answer.next();
      if (done) break;
      results.push(JSON.parse(value));
    }
    return results;
  }
}

const record = (id: string = randomUUID()) =>
  `${JSON.stringify({ id, companyName: 'Litware Institute', domain: 'litware.example.edu' })}\n`;
const records = (count: number) => Array.from({ length: count }, () => record()).join('');
const outcomes = (results: readonly Result[]) => [...new Set(results.map(({ result }) => result))];

describe.each(databases)('on $name, an import under way', ({ create }) => {
  let bench: Bench;
  let desk: OperatorDesk;
  let tenantId: string;
  let opened: OpenImport[];

  beforeEach(async () => {
    opened = [];
    bench = await startBench(create);
    desk = new OperatorDesk(bench);
    tenantId = await desk.newPartner();
  });
  afterEach(async () => {
    for (const running of opened) running.goAway();
    await bench.close();
  });

  async function open(): Promise<OpenImport> {
    const authorization = `Bearer ${await bench.sandbox.userToken('administrator')}`;
    const headers = { authorization, 'content-type': 'application/x-ndjson' };
    const running = new OpenImport(request(bench.sandbox.url + importPath(tenantId), { method: 'POST', headers }));
    opened.push(running);
    return running;
  }
  const count = async () => (await bench.store.reads.customers(tenantId, { size: 1 })).totalCount;

  /** Keeps every other transaction from the customer, and on SQLite from writing at all. */
  function holdCustomer(id: string) {
    const holding = new EventEmitter();
    const ended = bench.store.transaction(async (transaction) => {
      await transaction.lockCustomers(tenantId, [id]);
      const released = once(holding, 'release');
      holding.emit('held');
      await released;
    });
    const release = async () => {
      holding.emit('release');
      await ended;
    };
    return { held: once(holding, 'held'), release };
  }

  it('is answered batch by batch, while more is still to come', async () => {
    const running = await open();
    for (const batch of [1, 2, 3]) {
      running.send(records(BATCH));
      const results = await running.results(BATCH);
      expect([results.at(-1)?.line, outcomes(results)]).toEqual([batch * BATCH, ['created']]);
      expect(await count()).toBe(batch * BATCH);
    }
    running.send(records(3));
    running.end();
    expect(await running.results(BATCH)).toHaveLength(3);
    expect(await count()).toBe(3 * BATCH + 3);
  });

  it('lets another request be answered long before its last line, though its lines lie ready', async () => {
    const running = await open();
    running.send(records(50 * BATCH));
    running.end();
    await running.results(BATCH);
    let answered = BATCH;
    let isAnswered = false;
    const other = bench.sandbox.get('/healthz').then(({ status }) => {
      isAnswered = true;
      return status;
    });
    while (!isAnswered && (await running.results(BATCH)).length > 0) answered += BATCH;
    expect(await other).toBe(200);
    expect(answered).toBeLessThan(40 * BATCH);
  });

  it('reads lines in whatever pieces they come', async () => {
    const running = await open();
    const bytes = Buffer.from(`\uFEFF${record()}${record()}\r\n${record()}`);
    for (const byte of bytes) running.send(Uint8Array.of(byte));
    running.end();
    const results = await running.results(BATCH);
    expect(results.map(({ line, result }) => [line, result])).toEqual([
      [1, 'created'],
      [2, 'created'],
      [4, 'created'],
    ]);
  });

  it('stops when its sender goes away: whole batches stand, and nothing of the one that was not whole', async () => {
    const running = await open();
    running.send(records(BATCH));
    await running.results(BATCH);
    running.send(records(BATCH - 1));
    running.goAway();
    await bench.sandbox.close();
    expect(await count()).toBe(BATCH);
  });

  it('ends with a batch that failed where the store cannot be used, and can be sent again from there', async () => {
    const locked = randomUUID();
    const running = await open();
    running.send(record(locked) + records(BATCH - 1));
    await running.results(BATCH);

    const { release, held } = holdCustomer(locked);
    await held;
    const [wrong, again] = ['{oops\n', record(locked) + records(BATCH - 2)];
    running.send(wrong + again + records(BATCH));
    const results = await running.results(3 * BATCH);
    await release();

    expect(results).toHaveLength(BATCH);
    expect(results.slice(0, 2)).toEqual([
      { line: BATCH + 1, result: 'refused', problems: [{ name: 'line', reason: 'is not JSON' }] },
      { line: BATCH + 2, id: locked, result: 'failed', code: 'ServiceUnavailable' },
    ]);
    expect(outcomes(results.slice(1))).toEqual(['failed']);
    expect(await count()).toBe(BATCH);

    running.end();
    const { results: repeated } = await desk.import(tenantId, again);
    expect(outcomes(repeated as Result[])).toEqual(['unchanged', 'created']);
  });

  it('ends with a batch that failed when the service closes', async () => {
    const running = await open();
    running.send(records(BATCH));
    expect(outcomes(await running.results(BATCH))).toEqual(['created']);
    const closing = bench.sandbox.close();
    running.send(records(2 * BATCH));
    const results = await running.results(3 * BATCH);
    expect([results.length, outcomes(results)]).toEqual([BATCH, ['failed']]);
    running.end();
    await closing;
    expect(await count()).toBe(BATCH);
  });

  it('that is silent does not keep the service from closing', async () => {
    const running = await open();
    running.send(records(BATCH));
    await running.results(BATCH);
    running.send(records(1));
    await bench.sandbox.close();
    expect(await count()).toBe(BATCH);
  });
});
