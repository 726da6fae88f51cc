import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';

export type Row = Readonly<Record<string, string | number | null>>;

/**
 * What several SELECTs find in a service's database at one moment, without the service.
 * @param database as the service's option takes it
 */
export async function readRows<Name extends string>(
  database: string,
  queries: Readonly<Record<Name, string>>,
): Promise<Record<Name, Row[]>> {
  const rows = database.startsWith('sqlite:')
    ? readSqlite(database.slice('sqlite:'.length), Object.values(queries))
    : await readPostgres(database, Object.values(queries));
  return Object.fromEntries(Object.keys(queries).map((name, index) => [name, rows[index] ?? []])) as Record<
    Name,
    Row[]
  >;
}

function readSqlite(file: string, queries: readonly string[]): Row[][] {
  const database = new BetterSqlite3(file, { readonly: true });
  try {
    return database.transaction(() => queries.map((query) => database.prepare<[], Row>(query).all()))();
  } finally {
    database.close();
  }
}

async function readPostgres(url: string, queries: readonly string[]): Promise<Row[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    const rows: Row[][] = [];
    for (const query of queries) rows.push((await client.query<Row>(query)).rows);
    return rows;
  } finally {
    await client.end();
  }
}
