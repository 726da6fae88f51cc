import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** All that a database keeps, as text: SQLite's file and its log byte for byte, each row of PostgreSQL's tables. */
export async function databaseText(address: string): Promise<string> {
  if (address.startsWith('postgres')) return rowsOf(address);
  const file = address.slice('sqlite:'.length);
  const bytes = await Promise.all(
    [file, `${file}-wal`].filter((path) => existsSync(path)).map((path) => readFile(path)),
  );
  return Buffer.concat(bytes).toString('latin1');
}

async function rowsOf(address: string): Promise<string> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    const { rows } = await client.query("select tablename from pg_tables where schemaname = 'public'");
    const texts: string[] = [];
    for (const { tablename } of rows) {
      const table = await client.query(`select t::text as row from "${tablename}" as t`);
      texts.push(tablename, ...table.rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
