import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type FaultName, faults } from '@vetted/contract';
import { describe, expect, it } from 'vitest';

const page = fileURLToPath(new URL('../../../docs/faults.md', import.meta.url));

/** The rows of the page's table: `| 401 | \`800001\` | AuthorizationMissing | … |`. */
async function documented() {
  return [...(await readFile(page, 'utf8')).matchAll(/^\| *(\d{3}) *\| *`([^`]+)` *\| *(\w+) *\|(.*)\|$/gm)].map(
    ([, status, code, name, rest = '']) => ({
      status: Number(status),
      code,
      name,
      cells: rest.split('|').map((cell) => cell.trim()),
    }),
  );
}

describe('docs/faults.md', () => {
  it('holds exactly the faults of the contract, each with its status and its code', async () => {
    const rows = (await documented()).map(({ status, code, name }) => `${name}: ${status} ${code}`);
    const table = (Object.keys(faults) as FaultName[]).map(
      (name) => `${name}: ${faults[name].status} ${faults[name].code}`,
    );
    expect(rows.sort()).toEqual(table.sort());
  });

  it('says of each when it comes', async () => {
    for (const { name, cells } of await documented()) {
      expect(cells, name).not.toContain('');
      expect(cells.length, name).toBeGreaterThan(0);
    }
  });
});
