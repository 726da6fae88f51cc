import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteReader } from '../src/store/sqlite-reader.js';

describe('the hot read on SQLite', () => {
  let folder: string;
  let writer: Database;
  let reader: SqliteReader;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vetted-reader-'));
    writer = new BetterSqlite3(join(folder, 'vetted.db'));
    writer.pragma('journal_mode = WAL');
    writer.exec(`
      create table partner (tenant_id text, active integer);
      create table customer (partner_id text, id text, relationship_ended integer, published text, published_etag text);
      insert into partner values ('contoso', 1);
      insert into customer values ('contoso', 'school', 0, 'first', 'etag');`);
    reader = new SqliteReader(join(folder, 'vetted.db'));
  });
  afterEach(async () => {
    await reader.close();
    writer.close();
    rmSync(folder, { recursive: true });
  });

  const read = () => reader.readAnswer('contoso', 'school');
  const publish = (body: string) => writer.prepare('update customer set published = ?').run(body);
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

  it('sees one state for a turn, unless it is refreshed, and a newer one in the next', async () => {
    expect(read()).toEqual([0, 'first', 'etag']);
    publish('second');
    expect(read()).toEqual([0, 'first', 'etag']);
    reader.refresh();
    expect(read()).toEqual([0, 'second', 'etag']);
    publish('third');
    await nextTurn();
    expect(read()).toEqual([0, 'third', 'etag']);
  });

  it('goes on after the disk has failed it, which ends its transaction', async () => {
    read();
    reader.refresh();
    publish('second');
    const log = join(folder, 'vetted.db-wal');
    const kept = readFileSync(log);
    truncateSync(log);
    expect(read).toThrow('disk I/O error');
    reader.refresh();
    expect(read).toThrow('disk I/O error');
    await nextTurn();

    writeFileSync(log, kept);
    expect(read()).toEqual([0, 'second', 'etag']);
  });

  it('leaves nothing to do where it is closed within a turn', async () => {
    read();
    await reader.close();
    await nextTurn();
  });
});
