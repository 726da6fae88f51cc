import { databases, startFakeEntra, testEncryption } from '@vetted/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startService } from '../src/index.js';
import { type Bench, expectFault, openBackdoor, partner } from './bench.js';
import { allEvents, callRegistration } from './webhook-inbox.js';

describe.each(databases)('on $name, outside the sandbox, a webhook', ({ create }) => {
  const closing: (() => Promise<void>)[] = [];
  let callAs: (method: string, webhookUrl?: string) => ReturnType<typeof callRegistration>;

  beforeAll(async () => {
    const database = await create();
    const backdoor = await openBackdoor(database.address);
    const entra = await startFakeEntra(() => new Date());
    await backdoor.store.transaction((transaction) =>
      transaction.putPartner({ tenantId: partner, name: 'A partner', active: true }, '2026-03-01T00:00:00.000Z'),
    );
    const service = await startService({
      ...testEncryption,
      database: database.address,
      port: 0,
      logLevel: 'silent',
      issuers: [entra.issuer],
      audiences: ['https://api.partnercenter.microsoft.com'],
    });
    const token = await entra.token();
    callAs = (method, webhookUrl) =>
      callRegistration({ url: service.url, appToken: async () => token } as Bench['sandbox'], method, {
        ...(webhookUrl === undefined ? {} : { body: { WebhookUrl: webhookUrl, WebhookEvents: allEvents } }),
      });
    closing.push(
      () => service.close(),
      () => entra.close(),
      () => backdoor.close(),
      () => database.drop(),
    );
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });
  afterEach(() => callAs('DELETE'));

  it.each([
    ['http', 'http://8.8.8.8/hook'],
    ['this machine', 'https://127.0.0.1/hook'],
    ['this machine by name', 'https://localhost/hook'],
    ['a private network', 'https://192.168.1.1/hook'],
    ['a private network, mapped into IPv6', 'https://[::ffff:10.0.0.1]/hook'],
    ['a cloud’s metadata', 'https://169.254.169.254/latest'],
    ['a name that nobody has', 'https://nobody.invalid/hook'],
  ])('is refused to go to %s', async (_, webhookUrl) => {
    expectFault(await callAs('POST', webhookUrl), 400, '3000', ['WebhookUrl']);
  });

  it('may go to an address of the internet over https, and not be moved inside', async () => {
    expect((await callAs('POST', 'https://8.8.8.8/hook')).status).toBe(200);
    expectFault(await callAs('PUT', 'https://127.0.0.1/hook'), 400, '3000', ['WebhookUrl']);
    expect((await callAs('GET')).body).toMatchObject({ WebhookUrl: 'https://8.8.8.8/hook' });
  });
});
