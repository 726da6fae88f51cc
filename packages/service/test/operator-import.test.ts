import { randomUUID } from 'node:crypto';
import { databases } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, startBench } from './bench.js';
import { customerPath, importPath, OperatorDesk, operator, partnerPath } from './operator-support.js';

const record = (changes: object = {}) => ({
  id: randomUUID(),
  companyName: 'Litware Institute',
  domain: 'litware.example.edu',
  ...changes,
});
const ndjson = (...records: readonly unknown[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');

describe.each(databases)('on $name, an import of customers', ({ create }) => {
  let bench: Bench;
  let desk: OperatorDesk;
  let tenantId: string;

  beforeAll(async () => {
    bench = await startBench(create);
    desk = new OperatorDesk(bench);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    tenantId = await desk.newPartner();
  });

  const resultsOf = async (body: string | Uint8Array) => {
    const answer = await desk.import(tenantId, body);
    expect([answer.status, answer.headers.get('content-type')], answer.text).toEqual([200, 'application/x-ndjson']);
    return answer.results;
  };
  const customers = async () => (await bench.store.reads.customers(tenantId, { size: 500 })).items;

  it('answers each line in order: what was created, updated and left as it was', async () => {
    const [one, two, three] = [record(), record(), record()];
    const expected = (...results: string[]) =>
      [one, two, three].map(({ id }, index) => ({ line: index + 1, id, result: results[index] }));
    expect(await resultsOf(ndjson(one, two, three))).toEqual(expected('created', 'created', 'created'));
    const changed = { ...two, country: 'DE' };
    expect(await resultsOf(ndjson(one, changed, three))).toEqual(expected('unchanged', 'updated', 'unchanged'));
    expect((await desk.call('GET', customerPath(tenantId, two.id))).body).toEqual({
      ...changed,
      relationshipToPartner: 'reseller',
      relationshipEnded: false,
    });
  });

  it('is safe to repeat: what changes nothing writes nothing', async () => {
    const body = ndjson(...Array.from({ length: 3 }, () => record({ email: 'it@litware.example' })));
    await resultsOf(body);
    const before = await bench.contents();
    expect((await resultsOf(body)).map((result) => (result as { result: string }).result)).toEqual(
      Array(3).fill('unchanged'),
    );
    expect(await bench.contents()).toEqual(before);
  });

  it('leaves the end of a relationship as it was where it is not told', async () => {
    const untold = record();
    await resultsOf(ndjson({ ...untold, relationshipEnded: true }));
    expect(await resultsOf(ndjson(untold))).toEqual([{ line: 1, id: untold.id, result: 'unchanged' }]);
    expect(await resultsOf(ndjson({ ...untold, relationshipEnded: false }))).toMatchObject([{ result: 'updated' }]);
  });

  it('puts who made it and in which call into the history of each customer', async () => {
    const [one, two] = [record(), record()];
    const correlationId = randomUUID();
    await desk.import(tenantId, ndjson(one, two), { headers: { 'ms-correlationid': correlationId } });
    for (const { id, ...members } of [one, two]) {
      expect(await desk.history(tenantId, id)).toEqual([
        {
          subject: 'customer',
          by: 'operator',
          actor: operator,
          changes: { ...members, relationshipToPartner: 'reseller', relationshipEnded: false },
          correlationId,
        },
      ]);
    }
  });

  it('takes the good lines and refuses the others, each with its reasons', async () => {
    const good = record();
    const lines = [
      '{oops',
      JSON.stringify(record({ id: 'x', country: 'Germany' })),
      JSON.stringify(record({ companyName: '\u200b', domain: '\u00ad' })),
      JSON.stringify(good),
      '[]',
      'null',
      JSON.stringify({ id: randomUUID(), color: 'blue' }),
      '{"__proto__":{},"id":1}',
    ];
    const refused = (line: number, ...names: string[]) => ({
      line,
      result: 'refused',
      problems: names.map((name) => ({ name, reason: expect.stringMatching(/./) })),
    });
    expect(await resultsOf(lines.join('\n'))).toEqual([
      refused(1, 'line'),
      refused(2, 'id', 'country'),
      refused(3, 'companyName', 'domain'),
      { line: 4, id: good.id, result: 'created' },
      refused(5, 'line'),
      refused(6, 'line'),
      refused(7, 'companyName', 'domain', 'color'),
      expect.objectContaining({ line: 8, result: 'refused' }),
    ]);
    expect((await customers()).map(({ id }) => id)).toEqual([good.id]);
  });

  it('counts empty lines and answers nothing for them', async () => {
    const [one, two] = [record(), record()];
    expect(await resultsOf(`\n${ndjson(one)}\n \t\r\n${ndjson(two)}\n`)).toEqual([
      { line: 2, id: one.id, result: 'created' },
      { line: 5, id: two.id, result: 'created' },
    ]);
  });

  it.each<[string, (lines: string) => string | Uint8Array]>([
    ['a byte order mark', (lines) => `\uFEFF${lines}`],
    ['the line ends of Windows', (lines) => lines.replaceAll('\n', '\r\n')],
    ['no line end after its last line', (lines) => lines.trimEnd()],
    ['all of these', (lines) => `\uFEFF${lines.replaceAll('\n', '\r\n').trimEnd()}`],
  ])('may have %s', async (_, write) => {
    const [one, two] = [record({ companyName: 'Schülerheim 東京 🎓' }), record()];
    expect(await resultsOf(write(ndjson(one, two)))).toEqual([
      { line: 1, id: one.id, result: 'created' },
      { line: 2, id: two.id, result: 'created' },
    ]);
    expect((await customers()).map(({ companyName }) => companyName).sort()).toEqual(
      [one.companyName, two.companyName].sort(),
    );
  });

  it('refuses a line that is not in UTF-8, and takes the others', async () => {
    const good = record();
    const latin = Buffer.from(ndjson(record({ companyName: 'Café' })), 'latin1');
    expect(await resultsOf(Buffer.concat([latin, Buffer.from(ndjson(good))]))).toEqual([
      { line: 1, result: 'refused', problems: [{ name: 'line', reason: 'is not in UTF-8' }] },
      { line: 2, id: good.id, result: 'created' },
    ]);
  });

  it('refuses a line of more than 64 kB, and takes one of just 64 kB', async () => {
    const [long, good] = [record(), record()];
    const padded = (bytes: number) => JSON.stringify(long).padEnd(bytes, ' ');
    expect(await resultsOf(`${padded(65_537)}\n${padded(65_536)}\n${padded(3_000_000)}\n${ndjson(good)}`)).toEqual([
      { line: 1, result: 'refused', problems: [{ name: 'line', reason: 'has more than 65536 bytes' }] },
      { line: 2, id: long.id, result: 'created' },
      { line: 3, result: 'refused', problems: [{ name: 'line', reason: 'has more than 65536 bytes' }] },
      { line: 4, id: good.id, result: 'created' },
    ]);
  });

  it('tells some of what is wrong with a hostile line, and keeps its names short', async () => {
    const members = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`m${index}`.padEnd(40, 'x'), 1]));
    const many = await resultsOf(ndjson(record(members)));
    expect(many).toMatchObject([{ line: 1, result: 'refused' }]);
    const [{ problems }] = many as [{ problems: unknown[] }];
    expect(problems.length).toBeLessThan(50);
    const unknown = { name: expect.stringMatching(/^m\d+x+$/), reason: 'is unknown' };
    expect(problems).toEqual(expect.arrayContaining([unknown]));
    const { text } = await desk.import(tenantId, ndjson(record({ ['m'.repeat(60_000)]: 1 })));
    expect(text.length).toBeLessThan(512);
  });

  it('takes each of several lines of one customer after the one before', async () => {
    const one = record();
    const [upper, other] = [{ ...one, id: one.id.toUpperCase(), country: 'DE' }, record()];
    expect(await resultsOf(ndjson(one, upper, other, upper, one))).toEqual([
      { line: 1, id: one.id, result: 'created' },
      { line: 2, id: one.id, result: 'updated' },
      { line: 3, id: other.id, result: 'created' },
      { line: 4, id: one.id, result: 'unchanged' },
      { line: 5, id: one.id, result: 'updated' },
    ]);
    const steps = await desk.history(tenantId, one.id);
    expect(steps.slice(1).map(({ changes }) => changes)).toEqual([{ country: 'DE' }, { country: null }]);
    expect((await desk.call('GET', customerPath(tenantId, one.id))).body).not.toHaveProperty('country');
  });

  it('of more lines than a transaction takes answers them all, in order', async () => {
    const records = Array.from({ length: 1_203 }, () => record());
    const results = await resultsOf(ndjson(...records));
    expect(results).toEqual(records.map(({ id }, index) => ({ line: index + 1, id, result: 'created' })));
    expect((await bench.store.reads.customers(tenantId, { size: 1 })).totalCount).toBe(1_203);
  });

  it('ends at the line after the millionth, which is refused, and its connection goes on', async () => {
    const late = record();
    const body = `${ndjson(record())}${'\n'.repeat(999_999)}${ndjson(late, late)}`;
    expect(await resultsOf(body)).toEqual([
      expect.objectContaining({ line: 1, result: 'created' }),
      { line: 1_000_001, result: 'refused', problems: [{ name: 'line', reason: expect.stringContaining('1000000') }] },
    ]);
    expectFault(await desk.call('GET', customerPath(tenantId, late.id)), 404, '60003');
  });

  it('of nothing answers nothing', async () => {
    expect(await resultsOf('')).toEqual([]);
    const answer = await desk.call('POST', importPath(tenantId));
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('of two at once adds each customer once', async () => {
    const records = Array.from({ length: 700 }, () => record());
    const bodies = [ndjson(...records), ndjson(...records.toReversed())];
    const answers = await Promise.all(bodies.map((body) => resultsOf(body)));
    const outcomes = answers.flat().map((result) => (result as { result: string }).result);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(700);
    expect(outcomes.filter((outcome) => outcome === 'unchanged')).toHaveLength(700);
  });

  it('may be for a partner that is not active, and not for one that is not there', async () => {
    await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP', active: false });
    expect(await resultsOf(ndjson(record()))).toMatchObject([{ result: 'created' }]);
    const before = await bench.contents();
    expectFault(await desk.import(randomUUID(), ndjson(record())), 404, '1000', ['tenantId']);
    expectFault(await desk.import('x', ndjson(record())), 404, '1000', ['tenantId']);
    expect(await bench.contents()).toEqual(before);
  });

  it.each(['application/ndjson', 'application/jsonl', 'application/x-ndjson; charset=utf-8'])(
    'is read as %s',
    async (type) => {
      const answer = await desk.import(tenantId, ndjson(record()), { headers: { 'content-type': type } });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([200, expect.objectContaining({ result: 'created' })]);
    },
  );

  it.each(['application/json', 'text/plain', 'application/x-ndjsonx'])('is refused as %s', async (type) => {
    const answer = await desk.import(tenantId, ndjson(record()), { headers: { 'content-type': type } });
    expectFault(answer, 415, 'UnsupportedMediaType');
  });

  it('is refused compressed, and with a query', async () => {
    const zipped = await desk.import(tenantId, 'x', { headers: { 'content-encoding': 'gzip' } });
    expectFault(zipped, 415, 'UnsupportedMediaType');
    expectFault(await desk.call('POST', `${importPath(tenantId)}?dryRun=true`), 400, '3000', ['dryRun']);
  });

  it('is answered to who accepts NDJSON, JSON or anything, and to nobody else', async () => {
    for (const accept of ['application/x-ndjson', 'application/json', '*/*']) {
      expect((await desk.import(tenantId, '', { headers: { accept } })).status, accept).toBe(200);
    }
    expectFault(await desk.import(tenantId, '', { headers: { accept: 'text/html' } }), 406, 'NotAcceptable');
  });

  it('is the only route that reads NDJSON', async () => {
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await desk.call('PUT', partnerPath(tenantId), { name: 'A' }, { headers });
    expectFault(answer, 415, 'UnsupportedMediaType');
  });

  it('is known under its path for another method, and in the description of the API', async () => {
    const answer = await desk.call('PATCH', importPath(tenantId));
    expectFault(answer, 405, 'MethodNotAllowed');
    expect(answer.headers.get('allow')).toBe('POST');
    const { body } = await bench.sandbox.get('/openapi.json');
    const { post } = body.paths['/vetting/v1/partners/{tenantId}/customers:import'];
    expect(Object.keys(post.requestBody.content)).toEqual(['application/x-ndjson']);
    expect(Object.keys(post.responses['200'].content)).toEqual(['application/x-ndjson']);
    expect(post.security).toEqual([{ bearer: [] }]);
  });
});
