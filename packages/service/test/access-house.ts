import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type databases, type FakeEntra, fakeClock, PARTNER_CENTER_AUDIENCE, startFakeEntra } from '@vetted/testkit';
import type { JWTPayload } from 'jose';
import { buildApp } from '../src/app.js';
import { parseOptions } from '../src/config.js';
import type { Store } from '../src/domain/store.js';
import { keySourceOf } from '../src/encryption-keys.js';
import { toWire } from '../src/features/customer-wire.js';
import { Drain } from '../src/http/drain.js';
import { remoteIssuer } from '../src/http/remote-issuer.js';
import { openDatabase } from '../src/open-database.js';
import { openSandbox } from '../src/sandbox/sandbox.js';
import { operatorTenant } from './operator-support.js';
import { type Heard, StatementSpy } from './statement-spy.js';

/** An answer as it came over the socket, with the header lines in their order. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: { readonly type: string; readonly text: string } | undefined;
}

/** The service with all its routes and nothing in the background, so that each statement is a request's. */
export interface House {
  readonly url: string;
  readonly store: Store;
  readonly entra: FakeEntra;
  /** The v1 form of the issuer's name. */
  readonly issuerV1: string;
  /** Every route that is registered, described or not: `GET /v1/customers/:customerId`. */
  readonly routes: readonly string[];
  ask(request: WireRequest): Promise<Heard<WireAnswer>>;
  /** A token that Entra ID's side signed; the same for the same claims. */
  token(claims: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

export async function openHouse(create: (typeof databases)[number]['create']): Promise<House> {
  const database = await create();
  const clock = fakeClock();
  const entra = await startFakeEntra(clock);
  const issuerV1 = entra.issuer.replace(/v2\.0$/, '');
  const sandbox = await openSandbox({ home: undefined, clock });
  const options = parseOptions({ sandbox: true, port: 0, logLevel: 'silent', database: database.address, clock });
  const store = await openDatabase(options.database, () => {}, await keySourceOf(options));
  await sandbox.seed(store);
  const app = await buildApp({
    config: {
      ...options,
      audiences: [PARTNER_CENTER_AUDIENCE],
      operatorTenants: [operatorTenant],
      clockToleranceInSeconds: 60,
      clock: sandbox.clock.now,
    },
    store,
    issuers: [remoteIssuer(entra.issuer), remoteIssuer(issuerV1)],
    version: '0.0.0',
    drain: new Drain(),
    policyDelayInMs: undefined,
    sandbox: sandbox.extension({ store, toWire }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const spy = new StatementSpy();
  const tokens = new Map<string, Promise<string>>();
  return {
    url,
    store,
    entra,
    issuerV1,
    routes: registered(app.printRoutes({ commonPrefix: false })),
    ask: (asked) => spy.during(() => exchange(url, asked)),
    token(claims) {
      const key = JSON.stringify(claims, (_, value) => (value === undefined ? 'absent' : value));
      const token = tokens.get(key) ?? entra.token(claims);
      tokens.set(key, token);
      return token;
    },
    async close() {
      spy.stop();
      await app.close();
      await store.close();
      await entra.close();
      await database.drop();
    },
  };
}

function exchange(url: string, { method, path, token, headers, body }: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method,
        path,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
          ...headers,
        },
      },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) {
          chunks.push(chunk);
          // A stream of events would go on.
          if (response.headers['content-type']?.startsWith('text/event-stream')) break;
        }
        const { statusCode: status = 0, rawHeaders } = response;
        resolve({ status, headers: pairs(rawHeaders), text: Buffer.concat(chunks).toString() });
      },
    );
    outgoing.once('error', reject).end(body?.text);
  });
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []) as [string, string][]);
}

/** Reads the tree that Fastify prints: four characters a level, a route's methods in round brackets. */
function registered(tree: string): string[] {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', segment = '', methods] = /^([\s│├└─]*)(\S*)(?: \((.*)\))?$/.exec(line) ?? [];
    // In a path as it is registered, a doubled colon stands for one; in the tree it is one.
    path.splice(indent.length / 4 - 1, path.length, segment.replace(/(?<!\/):/g, '::'));
    return (methods?.split(', ') ?? []).map((method) => `${method} ${path.join('')}`);
  });
}

/** All of an answer but the time and the two ids, which differ from one request to the next. */
export function comparable({ result, statements }: Heard<WireAnswer>) {
  const { status, headers, text } = result;
  const changing = new Set(['date', 'ms-correlationid', 'ms-requestid']);
  return {
    status,
    headers: headers.map(([name, value]) => (changing.has(name.toLowerCase()) ? [name] : [name, value])),
    text,
    statements,
  };
}
