import { describe, expect, it } from 'vitest';
import { readCsv, readNdjson } from '../src/commands/admin/records.js';

/** The text in one piece, and character by character: where a piece ends must not matter. */
const splits: readonly (readonly [string, (text: string) => Iterable<string>])[] = [
  ['in one piece', (text) => [text]],
  ['character by character', (text) => text],
];

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* arriving(pieces: Iterable<string>): AsyncGenerator<string> {
  yield* pieces;
}

describe.each(splits)('a file that arrives %s', (_title, split) => {
  const csv = (text: string) => all(readCsv(arriving(split(text))));
  const ndjson = (text: string) => all(readNdjson(arriving(split(text))));

  it('gives the record of each line of NDJSON, and skips blank ones', async () => {
    expect(await ndjson('{"id":"1"}\r\n\n  \n{"id":"2"}')).toEqual([
      { line: 1, record: { id: '1' } },
      { line: 4, record: { id: '2' } },
    ]);
  });

  it('does not take a line separator within JSON for the end of a line', async () => {
    expect(await ndjson('{"id":"a\u2028b"}\n')).toEqual([{ line: 1, record: { id: 'a\u2028b' } }]);
  });

  it('gives a problem for a line that is not JSON, and goes on', async () => {
    expect(await ndjson('{"id":\n{"id":"2"}\n')).toEqual([
      { line: 1, problem: 'is not JSON' },
      { line: 2, record: { id: '2' } },
    ]);
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('gives the record of each row of CSV with the line it begins on, with %s', async (_name, end) => {
    const rows = ['id,companyName', '', '1,"One', '', 'Ltd"', '2,"A ""B"", C"', '', '3,Three'];
    expect(await csv(rows.join(end))).toEqual([
      { line: 3, record: { id: '1', companyName: 'One\n\nLtd' } },
      { line: 6, record: { id: '2', companyName: 'A "B", C' } },
      { line: 8, record: { id: '3', companyName: 'Three' } },
    ]);
  });

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('reads cells between %s where the header has them', async (_name, mark) => {
    const rows = ['', '"id";companyName;country', '1;Ltd, One;', '2;"A;B";DE'];
    const [one, two] = await csv(rows.join('\n').replaceAll(';', mark));
    expect(one).toEqual({ line: 3, record: { id: '1', companyName: 'Ltd, One' } });
    expect(two).toEqual({ line: 4, record: { id: '2', companyName: `A${mark}B`, country: 'DE' } });
  });

  it('leaves empty cells out', async () => {
    expect(await csv('id,email,country\n1,,DE\n')).toEqual([{ line: 2, record: { id: '1', country: 'DE' } }]);
  });

  it('gives a problem for a row with more or fewer cells than the header', async () => {
    expect(await csv('id,domain\n1\n2,b,c\n3,d\n')).toEqual([
      { line: 2, problem: 'has 1 cells where the header has 2' },
      { line: 3, problem: 'has 3 cells where the header has 2' },
      { line: 4, record: { id: '3', domain: 'd' } },
    ]);
  });

  it('stops at a header that names an unknown column, or one twice', async () => {
    const known = 'id, companyName, domain, country, email, relationshipToPartner, relationshipEnded';
    expect(await csv('id,name\n1,a\n')).toEqual([{ line: 1, problem: `column "name" is none of ${known}` }]);
    expect(await csv('id,id\n1,2\n')).toEqual([{ line: 1, problem: 'column "id" stands twice' }]);
  });

  it('stops where quotation marks are wrong', async () => {
    expect((await csv('id,domain\n1,a\n2,"b\n3,c\n')).at(-1)).toEqual({
      line: 4,
      problem: 'is not CSV: a quotation mark above is never closed',
    });
    expect((await csv('id,domain\n1,a\n2,b"x\n')).at(-1)).toEqual({
      line: 3,
      problem: 'is not CSV: a quotation mark stands where none may',
    });
  });

  it('has nothing to give where nothing is', async () => {
    expect(await csv('')).toEqual([]);
    expect(await ndjson('')).toEqual([]);
  });
});
