import { createServer } from 'node:net';
import { databases, startSandbox, testEncryption } from '@vetted/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseOptions, withoutPassword } from '../src/config.js';
import { ConfigError, openAdmin, optionsFromEnvironment, type ServiceOptions, startService } from '../src/index.js';
import { partner } from './bench.js';

const trust = {
  issuers: ['https://login.microsoftonline.com/{tenantid}/v2.0'],
  audiences: ['https://api.partnercenter.microsoft.com'],
};
const memory = { database: 'sqlite::memory:', port: 0, logLevel: 'silent' } as const;

/** What keeps a service from starting. One that starts all the same is stopped, and fails the test. */
async function refusal(options: object): Promise<ConfigError> {
  const error: unknown = await startService({ ...memory, ...options } as ServiceOptions).then(
    (service) => service.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
}

describe('a service does not start', () => {
  it.each<[string, object, readonly string[]]>([
    ['without an issuer', { audiences: trust.audiences }, ['issuer', 'required', 'login.microsoftonline.com']],
    ['with an empty list of issuers', { ...trust, issuers: [] }, ['issuer', 'required']],
    ['without an audience', { issuers: trust.issuers }, ['audience', 'required', 'api.partnercenter.microsoft.com']],
    ['with an empty list of audiences', { ...trust, audiences: [] }, ['audience', 'required']],
    ['with an issuer that is no URL', { ...trust, issuers: ['contoso'] }, ['issuer', '"contoso"', 'https']],
    [
      'with an issuer over http',
      { ...trust, issuers: ['http://login.example/{tenantid}'] },
      ['issuer', 'http:', 'https'],
    ],
    [
      'with an issuer of every tenant',
      { ...trust, issuers: ['https://login.example/common'] },
      ['common', '{tenantid}'],
    ],
    ['with one wrong issuer of two', { ...trust, issuers: [...trust.issuers, 'x'] }, ['issuer', '"x"']],
    [
      'with an operator tenant that is no GUID',
      { ...trust, operatorTenants: ['me'] },
      ['operator-tenant', '"me"', 'GUID'],
    ],
    ['on port -1', { ...trust, port: -1 }, ['port', '-1', '65535']],
    ['on port 65536', { ...trust, port: 65_536 }, ['port', '65536', '65535']],
    ['on port 1.5', { ...trust, port: 1.5 }, ['port', '1.5']],
    ['on a port that is no number', { ...trust, port: Number.NaN }, ['port', 'NaN']],
    ['on a port in words', { ...trust, port: '7070' }, ['port', '7070']],
    ['with a limit that is no number', { ...trust, throttle: { reads: 0.5 } }, ['throttle', '0.5', 'whole number']],
    ['with an unknown log level', { ...trust, logLevel: 'loud' }, ['log-level', '"loud"', 'silent', 'info']],
    ['with a public URL that is none', { ...trust, publicUrl: 'vetted.example' }, ['public-url', '"vetted.example"']],
    ['with a public URL of another scheme', { ...trust, publicUrl: 'ftp://vetted.example' }, ['public-url', 'https']],
    ['with a path in the public URL', { ...trust, publicUrl: 'https://a.example/vetted' }, ['public-url', 'path']],
    ['with a query in the public URL', { ...trust, publicUrl: 'https://a.example/?' }, ['public-url', 'a.example/?']],
    ['with a password in the public URL', { ...trust, publicUrl: 'https://u:p@a.example' }, ['public-url']],
    ['with an empty public URL', { ...trust, publicUrl: '' }, ['public-url', '""']],
    ['with a drain of years', { ...trust, drainInSeconds: 301 }, ['drain', '"301"', '0 to 300']],
    ['with a drain that is no number', { ...trust, drainInSeconds: Number.NaN }, ['drain', '"NaN"']],
    ['with metrics on port 65536', { ...trust, metricsPort: 65_536 }, ['metrics-port', '65536']],
    ['with a host for metrics that have no port', { ...trust, metricsHost: '::1' }, ['metrics-host', 'metrics-port']],
    ['with a short token for metrics', { ...trust, metricsToken: 'x'.repeat(15) }, ['VETTED_METRICS_TOKEN', '16']],
    [
      'with a file of a token that is not there',
      { ...trust, metricsTokenFile: '/no/file' },
      ['metrics-token-file', '/no/file'],
    ],
    [
      'with an authority for the console over http',
      { ...trust, consoleClientId: 'app', consoleAuthority: 'http://login.example/v2.0' },
      ['console-authority', '"http://login.example/v2.0"', 'https'],
    ],
    [
      'with an authority for the console that is no URL',
      { ...trust, consoleClientId: 'app', consoleAuthority: 'organizations' },
      ['console-authority', '"organizations"', 'https://login.microsoftonline.com/organizations/v2.0'],
    ],
    [
      'with a query in the authority for the console',
      { ...trust, consoleClientId: 'app', consoleAuthority: 'https://login.example/v2.0?p=1' },
      ['console-authority', 'p=1'],
    ],
    [
      'with an issuer with {tenantid} as the authority for the console',
      { ...trust, consoleClientId: 'app', consoleAuthority: 'https://login.example/{tenantid}/v2.0' },
      ['console-authority', '{tenantid}', 'organizations'],
    ],
    ['with an empty application for the console', { ...trust, consoleClientId: '' }, ['console-client-id', '""']],
    [
      'with two permissions for the console',
      { ...trust, consoleClientId: 'app', consoleScope: 'one two' },
      ['console-scope', '"one two"', 'one word'],
    ],
    [
      'with an authority for the console without its application',
      { ...trust, consoleAuthority: 'https://login.example/v2.0' },
      ['console-authority', '"https://login.example/v2.0"', 'console-client-id'],
    ],
    [
      'with a permission for the console without its application',
      { ...trust, consoleScope: 'api/read' },
      ['console-scope', '"api/read"', 'console-client-id'],
    ],
    [
      'as a sandbox with an application for the console',
      { sandbox: true, consoleClientId: 'app' },
      ['console-client-id', 'sandbox'],
    ],
    [
      'as a sandbox with an authority for the console',
      { sandbox: true, consoleAuthority: 'https://login.example/v2.0' },
      ['console-authority', 'sandbox'],
    ],
    [
      'as a sandbox with a permission for the console',
      { sandbox: true, consoleScope: 'api/read' },
      ['console-scope', 'sandbox'],
    ],
    ['with https outside sandbox mode', { ...trust, httpsPort: 0 }, ['https', 'sandbox']],
    ['with https on port 70000', { sandbox: true, httpsPort: 70_000 }, ['https', '70000', '65535']],
    [
      'on an unknown kind of database',
      { ...trust, database: 'mysql://host/db' },
      ['database', 'mysql:', 'postgres://'],
    ],
    [
      'on a database that is a bare file',
      { ...trust, database: './vetted.db' },
      ['database', './vetted.db', 'sqlite:'],
    ],
    ['on a database of no file', { ...trust, database: 'sqlite:' }, ['database', 'sqlite:<file>']],
    ['on a database that is empty', { ...trust, database: '' }, ['database', 'sqlite:<file>']],
    [
      'on a database address that is broken',
      { ...trust, database: 'postgres://host:port/db' },
      ['database', 'host:port'],
    ],
    ['on a host that is none', { ...trust, host: '256.256.256.256' }, ['host', '256.256.256.256']],
    ['on an address of another machine', { ...trust, host: '192.0.2.1' }, ['host', '192.0.2.1']],
  ])('%s, and says what is wrong and what is allowed', async (_, options, words) => {
    const { message } = await refusal(options);
    for (const word of words) expect(message).toContain(word);
  });

  it.each(['0.0.0.0', '::', '192.168.0.1', 'example.com', '127.0.0.1.example.com', 'localhost.example.com', ''])(
    'as a sandbox on the host "%s", which others can reach',
    async (host) => {
      const { message } = await refusal({ sandbox: true, host });
      for (const word of ['host', `"${host}"`, '127.0.0.1', '::1', 'localhost']) expect(message).toContain(word);
    },
  );

  it('on a port that is in use, which it names', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { message } = await refusal({ ...trust, port });
    expect(message).toContain(`port: ${port} on 127.0.0.1 is in use`);
  });

  it('on a database that nobody serves, whose address it names without the password', async () => {
    const { message } = await refusal({
      ...trust,
      ...testEncryption,
      database: 'postgres://vetted:s3cret@127.0.0.1:1/vetted',
    });
    expect(message).toContain('postgres://vetted:***@127.0.0.1:1/vetted');
    expect(message).toContain('ECONNREFUSED');
    expect(message).not.toContain('s3cret');
  });

  it('on an SQLite file that is a folder', async () => {
    const { message } = await refusal({ ...trust, database: `sqlite:${import.meta.dirname}` });
    expect(message).toContain(`database: sqlite:${import.meta.dirname} cannot be opened`);
  });

  it('on a file that is no database', async () => {
    const { message } = await refusal({ ...trust, database: `sqlite:${import.meta.filename}` });
    expect(message).toContain(`database: sqlite:${import.meta.filename} cannot be opened`);
    expect(message).toContain('not a database');
  });

  it.each([
    'postgres://user:s3cret@host:port/db',
    'mysql://user:s3cret@host/db',
    'mysql://user:s3@cret@host/db',
    'mysql://user:s3cret/with@host/db',
    'mysql://user:s3cret?with@host/db',
    'mysql://:s3cret@host/db',
    'mysql://host/db?user=me&password=s3cret',
    'mysql://host/db?PASSWORD=s3cret&ssl=true',
  ])('with an address whose password it would show: %s', async (database) => {
    const { message } = await refusal({ ...trust, database });
    expect(message).not.toMatch(/s3|cret|with/);
    expect(message).toContain('***');
  });
});

describe('a service starts', () => {
  it.each<[string, ServiceOptions]>([
    ['with the issuer of one tenant', { ...trust, issuers: [`https://login.microsoftonline.com/${partner}/v2.0`] }],
    ['with an issuer on this machine over http', { ...trust, issuers: ['http://127.0.0.1:7070/{tenantid}/v2.0'] }],
    ['on localhost', { ...trust, host: 'localhost' }],
    ['as a sandbox without any other option', { sandbox: true }],
    ['as a sandbox on localhost', { sandbox: true, host: 'localhost' }],
  ])('%s', async (_, options) => {
    const service = await startService({ ...memory, ...options });
    onTestFinished(() => service.close());
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });
});

describe.each(databases)('on $name', ({ create }) => {
  it("a service does not start on a sandbox's database, and leaves it to the sandbox", async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    await (await startSandbox({ database: database.address })).close();

    const { message } = await refusal({ ...trust, ...testEncryption, database: database.address });
    expect(message).toContain('database');
    expect(message).toContain('sandbox');
    const again = await startSandbox({ database: database.address });
    await again.close();
  });

  it("a sandbox does not start on a service's database, and leaves it empty", async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    await (await startService({ ...memory, ...trust, ...testEncryption, database: database.address })).close();

    const { message } = await refusal({ sandbox: true, database: database.address });
    expect(message).toContain('database');
    const again = await startService({ ...memory, ...trust, ...testEncryption, database: database.address });
    await again.close();
  });

  it("a sandbox does not start on a database that its operator's commands have filled", async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const admin = await openAdmin({ ...testEncryption, database: database.address });
    await admin.addPartner({ tenantId: partner, name: 'Contoso' });
    await admin.close();
    expect((await refusal({ sandbox: true, database: database.address })).message).toContain('database');
  });
});

describe('signing in to the console', () => {
  const authority = 'https://login.microsoftonline.com/organizations/v2.0';
  const scope = 'https://api.partnercenter.microsoft.com/user_impersonation';

  it('is not possible where no application is named, nor configured in a sandbox', () => {
    expect(parseOptions(trust).console).toBeUndefined();
    expect(parseOptions({ sandbox: true }).console).toBeUndefined();
  });

  it('is at Microsoft Entra ID and for the first audience unless told otherwise', () => {
    const options = { ...trust, audiences: [...trust.audiences, 'another'], consoleClientId: 'app' };
    expect(parseOptions(options).console).toEqual({ clientId: 'app', authority, scope });
  });

  it('may be at an authority on this machine over http, and ask for another permission', () => {
    const own = { authority: 'http://127.0.0.1:9000/organizations/v2.0', scope: 'api://vetted/read' };
    const options = { consoleClientId: 'app', consoleAuthority: own.authority, consoleScope: own.scope };
    expect(parseOptions({ ...trust, ...options }).console).toEqual({ clientId: 'app', ...own });
  });
});

describe('the public URL', () => {
  it.each([
    ['https://vetted.example', 'https://vetted.example'],
    ['https://vetted.example/', 'https://vetted.example'],
    ['HTTP://Vetted.Example:8080', 'http://vetted.example:8080'],
    ['https://vetted.example:443', 'https://vetted.example'],
  ])('may be %s', (publicUrl, origin) => {
    expect(parseOptions({ sandbox: true, publicUrl }).publicUrl).toBe(origin);
  });
});

describe('the drain', () => {
  it('lasts for five seconds behind a balancer, and not at all in a sandbox, unless it is set', () => {
    expect(parseOptions(trust).drainInMs).toBe(5_000);
    expect(parseOptions({ sandbox: true }).drainInMs).toBe(0);
    expect(parseOptions({ sandbox: true, drainInSeconds: 3 }).drainInMs).toBe(3_000);
  });
});

describe('optionsFromEnvironment', () => {
  it('reads every variable', () => {
    expect(
      optionsFromEnvironment({
        HOST: '0.0.0.0',
        PORT: '8080',
        VETTED_DATABASE: 'postgres://host/db',
        VETTED_HOME: '/var/lib/vetted',
        VETTED_ISSUERS: 'https://a/{tenantid} , https://b/{tenantid},',
        VETTED_AUDIENCES: 'a',
        VETTED_OPERATOR_TENANTS: partner,
        VETTED_REQUIRE_MFA: 'true',
        VETTED_CONSOLE_CLIENT_ID: 'app',
        VETTED_CONSOLE_AUTHORITY: 'https://login.example/v2.0',
        VETTED_CONSOLE_SCOPE: 'api/read',
        VETTED_PUBLIC_URL: 'https://vetted.example',
        VETTED_DRAIN: '30',
        VETTED_LOG_LEVEL: 'debug',
        VETTED_THROTTLE: 'reads=500, customer-writes=5',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 8080,
      database: 'postgres://host/db',
      home: '/var/lib/vetted',
      issuers: ['https://a/{tenantid}', 'https://b/{tenantid}'],
      audiences: ['a'],
      operatorTenants: [partner],
      requireMfa: true,
      consoleClientId: 'app',
      consoleAuthority: 'https://login.example/v2.0',
      consoleScope: 'api/read',
      publicUrl: 'https://vetted.example',
      drainInSeconds: 30,
      logLevel: 'debug',
      throttle: { reads: 500, customerWrites: 5 },
    });
  });

  it('reads VETTED_THROTTLE=off', () => {
    expect(optionsFromEnvironment({ VETTED_THROTTLE: 'off' })).toEqual({ throttle: 'off' });
  });

  it.each([{}, { PORT: '', HOST: '', VETTED_ISSUERS: '', VETTED_REQUIRE_MFA: '', OTHER: 'x' }])(
    'sets nothing that is not set: %j',
    (env) => {
      expect(optionsFromEnvironment(env)).toEqual({});
    },
  );

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
  ])('reads VETTED_REQUIRE_MFA=%s', (text, value) => {
    expect(optionsFromEnvironment({ VETTED_REQUIRE_MFA: text })).toEqual({ requireMfa: value });
  });

  it.each<[string, string, string]>([
    ['PORT', '70000', '65535'],
    ['PORT', '-1', '65535'],
    ['PORT', '80 ', '65535'],
    ['PORT', '0x50', '65535'],
    ['PORT', 'http', '65535'],
    ['VETTED_REQUIRE_MFA', 'yes', 'true, 1, false, 0'],
    ['VETTED_REQUIRE_MFA', 'TRUE', 'true, 1, false, 0'],
    ['VETTED_LOG_LEVEL', 'loud', 'fatal, error, warn'],
    ['VETTED_LOG_LEVEL', 'Info', 'fatal, error, warn'],
    ['VETTED_THROTTLE', 'on', 'customer-reads=<n>'],
    ['VETTED_THROTTLE', '100', 'customer-reads=<n>'],
    ['VETTED_THROTTLE', 'reads=0', 'from 1'],
    ['VETTED_THROTTLE', 'reads=-1', 'from 1'],
    ['VETTED_THROTTLE', 'reads=9999999999', '1000000000'],
    ['VETTED_THROTTLE', 'reads=1,reads=2', 'customer-reads=<n>'],
    ['VETTED_THROTTLE', 'requests=5', 'customer-reads=<n>'],
    ['VETTED_THROTTLE', 'constructor=5', 'customer-reads=<n>'],
  ])('refuses %s=%s with the name, the value and what is allowed', (name, value, allowed) => {
    expect(() => optionsFromEnvironment({ [name]: value })).toThrow(ConfigError);
    for (const word of [name, value, allowed]) expect(() => optionsFromEnvironment({ [name]: value })).toThrow(word);
  });
});

describe('withoutPassword', () => {
  it.each([
    ['postgres://user@host:5432/db', 'postgres://user@host:5432/db'],
    ['postgres://host:5432/db', 'postgres://host:5432/db'],
    ['postgres://user:secret@host:5432/db', 'postgres://user:***@host:5432/db'],
    ['sqlite:C:\\data\\vetted.db', 'sqlite:C:\\data\\vetted.db'],
  ])('writes %s as %s', (address, shown) => {
    expect(withoutPassword(address)).toBe(shown);
  });
});
