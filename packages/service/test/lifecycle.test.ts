import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  call,
  databases,
  examples,
  startSandbox,
  type TestDatabase,
  type TestSandbox,
  testEncryption,
  unqualified,
} from '@vetted/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, openAdmin, type RunningService, startService } from '../src/index.js';
import { expectFault, openBackdoor, partner } from './bench.js';

const production = {
  issuers: ['https://login.microsoftonline.com/{tenantid}/v2.0'],
  audiences: ['https://api.partnercenter.microsoft.com'],
  port: 0,
  logLevel: 'silent',
} as const;
const atOnce = [1, 2, 3, 4];
const stateOwned = { qualification: 'StateOwnedEntity' };

let home: string;

// One for all the sandboxes here: at its first start one makes an RSA key, which takes long.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vetted-lifecycle-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.each(databases)('on $name', ({ create }) => {
  let database: TestDatabase;
  let running: { close(): Promise<void> }[];

  beforeEach(async () => {
    database = await create();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((service) => service.close()));
    await database.drop();
  });

  async function sandbox(): Promise<TestSandbox> {
    const started = await startSandbox({ database: database.address, home });
    running.push(started);
    return started;
  }
  async function service(): Promise<RunningService> {
    const started = await startService({ ...production, ...testEncryption, database: database.address });
    running.push(started);
    return started;
  }
  async function stopAll(): Promise<void> {
    await Promise.all(running.splice(0).map((one) => one.close()));
  }
  async function contents() {
    const backdoor = await openBackdoor(database.address);
    try {
      return await backdoor.contents();
    } finally {
      await backdoor.close();
    }
  }

  it('several sandboxes start at once on a fresh database, and load the sample data once', async () => {
    const sandboxes = await Promise.all(atOnce.map(sandbox));
    for (const one of sandboxes) {
      for (const { customerId, qualifications } of examples) {
        expect((await one.qualifications(customerId)).body).toEqual(qualifications);
      }
    }
    const samples = examples.reduce((count, { qualifications }) => count + qualifications.length, 0);
    // The other partner's customer has one more.
    expect((await contents()).history).toHaveLength(samples + 1);
  });

  it('several services start at once on a fresh database', async () => {
    const services = await Promise.all(atOnce.map(service));
    for (const { url } of services) expect((await call(`${url}/readyz`)).status).toBe(200);
  });

  it('several services share what is written through one of them', async () => {
    const [one, other] = [await sandbox(), await sandbox()];
    const { body } = await one.request(unqualified.litware, stateOwned);
    expect((await other.qualifications(unqualified.litware)).body).toEqual([body]);
  });

  it('a request that was answered by one of several services is not done again by another', async () => {
    const [one, other] = [await sandbox(), await sandbox()];
    const headers = { 'ms-requestid': randomUUID() };
    const body = { qualification: 'GovernmentCommunityCloud', validationCode: '987654' };
    const first = await one.request(unqualified.litware, body, { headers });
    const second = await other.request(unqualified.litware, body, { headers });

    expect([second.status, second.text]).toEqual([201, first.text]);
    const { body: codes } = await one.get('/v1/customers/all/validations');
    expect(codes.map(({ remainingCreates }: { remainingCreates: number }) => remainingCreates)).toEqual([4, 4]);
  });

  it('a second start keeps what was written, and does not load the sample data again', async () => {
    const first = await sandbox();
    const [example] = examples;
    await first.request(unqualified.litware, stateOwned);
    await stopAll();
    const backdoor = await openBackdoor(database.address);
    await backdoor.put(example.customerId, {
      qualification: 'Education',
      vettingStatus: 'Denied',
      vettingReason: 'No',
    });
    await backdoor.close();
    const before = await contents();

    const second = await sandbox();
    expect(await contents()).toEqual(before);
    expect((await second.qualifications(unqualified.litware)).body).toEqual([stateOwned]);
    expect((await second.qualifications(example.customerId)).body).toMatchObject([{ vettingStatus: 'Denied' }]);
  });

  it('a service that stopped leaves everything to the next one', async () => {
    await service();
    await stopAll();
    const admin = await openAdmin({ ...testEncryption, database: database.address });
    await admin.addPartner({ tenantId: partner, name: 'Contoso' });
    await admin.close();
    const before = await contents();
    await service();
    expect(await contents()).toEqual(before);
  });

  it('a service that cannot have its port leaves the database as it can be used', async () => {
    const one = await sandbox();
    const port = Number(new URL(one.url).port);
    const other = await create();
    onTestFinished(() => other.drop());
    await expect(startService({ ...production, ...testEncryption, port, database: other.address })).rejects.toThrow(
      ConfigError,
    );

    const started = await startService({ ...production, ...testEncryption, database: other.address });
    expect((await call(`${started.url}/readyz`)).status).toBe(200);
    await started.close();
  });

  describe('while a service closes', () => {
    const body = JSON.stringify(stateOwned);

    /** A request that the service has begun to read: its head is there, and half of its body. */
    async function begin(one: TestSandbox): Promise<Connection> {
      const connection = await open(one.url);
      connection.socket.write(
        [
          `POST /v1/customers/${unqualified.litware}/qualifications HTTP/1.1`,
          'Host: localhost',
          `Authorization: Bearer ${await one.userToken()}`,
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
          // Answered with 100 once the service has the request.
          'Expect: 100-continue',
          '',
          '',
        ].join('\r\n'),
      );
      await connection.read('HTTP/1.1 100 Continue');
      connection.socket.write(body.slice(0, 10));
      return connection;
    }

    it('a request under way is finished, and what it did is kept', async () => {
      const one = await sandbox();
      const connection = await begin(one);
      const closed = stopAll();
      connection.socket.write(body.slice(10));
      await connection.read(JSON.stringify(stateOwned));
      await closed;

      expect(connection.text()).toContain('HTTP/1.1 201 Created');
      const { qualifications = [] } = await contents();
      expect(qualifications).toContainEqual(expect.objectContaining({ customer_id: unqualified.litware }));
    });

    it('a request that had only begun to come is sent elsewhere', async () => {
      const one = await sandbox();
      const connection = await open(one.url);
      connection.socket.write('GET /healthz HTTP/1.1\r\nHost: local');
      // What comes later over another connection is answered, so the beginning has been read.
      for (let round = 0; round < 3; round += 1) await call(`${one.url}/healthz`);
      const closed = stopAll();
      connection.socket.write('host\r\n\r\n');
      await connection.read('ServiceUnavailable');
      await closed;
      expect(connection.text()).toMatch(/HTTP\/1\.1 503 [\s\S]*retry-after: [1-9]/i);
    });

    it('the connection ends once its answer is given, though its caller keeps it', async () => {
      const one = await sandbox();
      const connection = await begin(one);
      const closed = stopAll();
      connection.socket.write(body.slice(10));
      await connection.ended;
      await closed;
      expect(connection.text()).toMatch(/201 Created[\s\S]*{"qualification":"StateOwnedEntity"}$/);
    });

    it('a connection that never asked anything is not waited for', async () => {
      const one = await sandbox();
      const connection = await open(one.url);
      // What comes later over another connection is answered, so the service has this one.
      await call(`${one.url}/healthz`);
      await stopAll();
      await connection.ended;
      expect(connection.text()).toBe('');
    });

    it('nobody new is let in', async () => {
      const one = await sandbox();
      const connection = await begin(one);
      const closed = stopAll();
      await expect(fetch(`${one.url}/healthz`)).rejects.toThrow();
      connection.socket.write(body.slice(10));
      await closed;
    });

    it('a connection that nobody uses keeps nothing waiting', async () => {
      const one = await sandbox();
      const idle = await open(one.url);
      idle.socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await idle.read('{"status":"ok"}');
      await stopAll();
      await idle.ended;
      expect(idle.text()).toContain('200 OK');
    });
  });
});

describe('a service that is no sandbox', () => {
  it.each([
    ['GET', `/${partner}/v2.0/.well-known/openid-configuration`],
    ['GET', `/common/.well-known/openid-configuration`],
    ['GET', `/${partner}/discovery/v2.0/keys`],
    ['GET', `/${partner}/oauth2/v2.0/authorize`],
    ['POST', `/${partner}/oauth2/v2.0/token`],
    ['POST', `/${partner}/oauth2/token`],
    ['GET', '/sandbox/v1/state'],
  ])('has no authority: %s %s', async (method, path) => {
    const service = await startService({ ...production, database: 'sqlite::memory:' });
    onTestFinished(() => service.close());
    expect(service.sandbox).toBeUndefined();
    expectFault(await call(service.url + path, { method }), 404, '1000');
  });
});

describe('a sandbox', () => {
  it('without a database and a data folder forgets everything when it stops', async () => {
    const first = await startSandbox();
    expect((await first.request(unqualified.litware, stateOwned)).status).toBe(201);
    await first.close();
    const second = await startSandbox();
    onTestFinished(() => second.close());
    expect((await second.qualifications(unqualified.litware)).body).toEqual([]);
  });

  it('beside another one in the same process has a state of its own', async () => {
    const [one, other] = [await startSandbox(), await startSandbox()];
    onTestFinished(async () => {
      await one.close();
      await other.close();
    });
    await one.request(unqualified.litware, stateOwned);
    expect((await other.qualifications(unqualified.litware)).body).toEqual([]);
  });
});

interface Connection {
  readonly socket: Socket;
  /** Everything that came so far. */
  text(): string;
  /** Resolves once this has come. */
  read(expected: string): Promise<void>;
  readonly ended: Promise<void>;
}

async function open(url: string): Promise<Connection> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  onTestFinished(() => {
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    ended,
    text: () => text,
    read: (expected) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!text.includes(expected)) return;
          socket.off('data', look);
          resolve();
        };
        socket.on('data', look);
        socket.once('close', () => reject(new Error(`The connection ended after: ${text}`)));
        look();
      }),
  };
}
