import { Socket } from 'node:net';
import { databases, type TestDatabase } from '@vetted/testkit';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EVENTS_CHANNEL } from '../src/store/events.js';
import { EventsListener } from '../src/store/events-listener.js';
import { openPostgres } from '../src/store/postgres.js';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.js';

const SILENCE_IN_MS = 1_000;
const waiting = { timeout: 20_000 };

describe('the connection on which PostgreSQL tells of events', () => {
  const postgres = databases.find(({ name }) => name === 'PostgreSQL');
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let client: pg.Client;
  let listener: EventsListener;
  let sockets: Socket[];
  let told: string[];
  let errors: Error[];

  beforeEach(async () => {
    if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
    database = await postgres.create();
    proxy = await startPostgresProxy(database.address);
    client = new pg.Client({ connectionString: database.address });
    await client.connect();
    [sockets, told, errors] = [[], [], []];
    listener = new EventsListener({
      url: proxy.address,
      openSocket,
      onPartner: (partnerId) => told.push(partnerId),
      onError: (error) => errors.push(error),
      listenAgainInMs: SILENCE_IN_MS / 10,
    });
    await hears('the first');
  });
  afterEach(async () => {
    await listener.close();
    await client.end();
    await proxy.close();
    await database.drop();
  });

  function openSocket(): Socket {
    const socket = new Socket().setTimeout(SILENCE_IN_MS);
    sockets.push(socket);
    return socket.on('timeout', () => socket.destroy());
  }

  const tell = (partnerId: string) => client.query(`select pg_notify('${EVENTS_CHANNEL}', $1)`, [partnerId]);
  const hears = (partnerId: string) =>
    vi.waitFor(async () => {
      await tell(partnerId);
      expect(told).toContain(partnerId);
    }, waiting);
  const open = () => sockets.filter(({ destroyed }) => !destroyed);
  const attempts = (count: number) => vi.waitFor(() => expect(sockets.length).toBeGreaterThanOrEqual(count), waiting);

  it('is made again where the server falls silent, and leaves no socket behind', async () => {
    proxy.stall();
    await attempts(3);
    expect(open().length).toBeLessThanOrEqual(1);
    expect(errors).toHaveLength(1);
    proxy.restore();
    await hears('the second');
    expect(open()).toHaveLength(1);
  });

  it('is told of once an outage, however often it cannot be made', async () => {
    proxy.cut();
    await attempts(4);
    expect(errors).toHaveLength(1);
    proxy.restore();
    await hears('the second');
    proxy.cut();
    await vi.waitFor(() => expect(errors).toHaveLength(2), waiting);
  });

  it('closes while the server is silent', async () => {
    proxy.stall();
    await listener.close();
    expect(open()).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('closes while it is being made', async () => {
    proxy.cut();
    await vi.waitFor(() => expect(errors).toHaveLength(1), waiting);
    proxy.stall();
    await attempts(2);
    await listener.close();
    expect(open()).toEqual([]);
  });

  it('does not keep a database from closing that falls silent', async () => {
    const store = openPostgres(proxy.address, (error) => errors.push(error));
    const heard: string[] = [];
    store.listen((partnerId) => heard.push(partnerId));
    await vi.waitFor(async () => {
      await tell('the second');
      expect(heard).toContain('the second');
    }, waiting);
    proxy.stall();
    await store.close();
  });

  it('is told of to whoever opened the database', async () => {
    const outages: Error[] = [];
    const store = openPostgres(proxy.address, (error) => outages.push(error));
    proxy.cut();
    store.listen(() => {});
    await vi.waitFor(() => expect(outages).toHaveLength(1), waiting);
    await store.close();
  });
});
