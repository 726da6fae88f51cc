import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../src/commands/import/journal.js';
import type { RequestRow } from '../src/commands/import/rows.js';
import { temporaryFolder } from './support.js';

const service = 'https://api.example';
const row: RequestRow = {
  line: 2,
  customerId: '00000000-0000-4000-8000-000000000000',
  request: { qualification: 'StateOwnedEntity' },
};

describe('the journal of an import', () => {
  it('gives a row the same request id in two runs that begin it at once, and in a later one', async () => {
    const file = join(await temporaryFolder(), 'journal');
    const both = await Promise.all([Journal.open(file, service), Journal.open(file, service)]);
    const requestIds = await Promise.all(both.map((journal) => journal.begin(row)));
    for (const journal of both) await journal.close();
    const later = (await Journal.read(file, service)).find(row);
    expect(requestIds).toEqual([later?.requestId, later?.requestId]);
  });

  it('begins anew where a run was killed while it wrote the first line', async () => {
    const file = join(await temporaryFolder(), 'journal');
    for (const text of ['', '{"vet', '{"vetted":"import","version":1,"id":"1']) {
      await writeFile(file, text);
      const journal = await Journal.open(file, service);
      await journal.begin(row);
      await journal.close();
      expect((await Journal.read(file, service)).find(row)).toMatchObject({ attempt: 1 });
    }
  });

  it.each(['important', '{"vetted":"export"', 'important\n'])(
    'leaves %j alone, which is another file',
    async (text) => {
      const file = join(await temporaryFolder(), 'journal');
      await writeFile(file, text);
      await expect(Journal.open(file, service)).rejects.toThrow('line 1 is none of its lines');
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );
});
