import { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';

export const PARTNER_CENTER_AUDIENCE = 'https://api.partnercenter.microsoft.com';

/** Plays Microsoft Entra ID's side, as documented: a discovery document, a key set, and tokens signed by its keys. */
export interface FakeEntra {
  /** The v2 issuer's URL with `{tenantid}`. */
  readonly issuer: string;
  /** A token with the claims of an App+User token, these claims laid over; undefined removes one. */
  token(claims?: JWTPayload, header?: { kid?: string | undefined; alg?: string }): Promise<string>;
  /** The key that tokens are signed with, for a test that writes one by hand. */
  readonly signingKey: KeyObject;
  /** Signs with a new key from now on, and publishes it beside the old one. */
  rotate(): Promise<void>;
  /** Answers the key set and the discovery document with 500 until it is told otherwise. */
  break(broken: boolean): void;
  /** How often the key set was fetched. */
  readonly keyFetches: number;
  /** How often the discovery document was fetched. */
  readonly discoveries: number;
  close(): Promise<void>;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: object;
}

/** Made once for all issuers of a test file: RSA keys take long to make. */
const keysByName = new Map<string, Promise<SigningKey>>();

function keyNamed(kid: string): Promise<SigningKey> {
  const key = keysByName.get(kid) ?? newKey(kid);
  keysByName.set(kid, key);
  return key;
}

async function newKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}

/** `path` stands before the tenant in the issuer's URL: beside a sandbox, which takes what looks like its own for its own. */
export async function startFakeEntra(now: () => Date, path = ''): Promise<FakeEntra> {
  const keys: SigningKey[] = [await keyNamed('key-1')];
  let broken = false;
  let keyFetches = 0;
  let discoveries = 0;
  const server = createServer(({ url = '' }, response) => {
    if (url.endsWith('/discovery/v2.0/keys')) keyFetches += 1;
    else discoveries += 1;
    response.statusCode = broken ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        url.endsWith('/discovery/v2.0/keys')
          ? { keys: keys.map(({ jwk }) => jwk) }
          : { issuer: `${origin}/{tenantid}/v2.0`, jwks_uri: `${origin}/common/discovery/v2.0/keys` },
      ),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  const current = (): SigningKey => {
    const key = keys.at(-1);
    if (key === undefined) throw new Error('There is no key.');
    return key;
  };
  return {
    issuer: `${origin}/{tenantid}/v2.0`,
    get signingKey() {
      return KeyObject.from(current().privateKey);
    },
    async token(claims = {}, header = {}) {
      const key = current();
      const seconds = Math.floor(now().getTime() / 1000);
      const tid = typeof claims.tid === 'string' ? claims.tid : '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';
      const payload = {
        aud: PARTNER_CENTER_AUDIENCE,
        iss: `${origin}/${tid}/v2.0`,
        iat: seconds,
        nbf: seconds,
        exp: seconds + 3600,
        tid,
        oid: '5f0e9d3a-1c2b-4a39-8a7b-6c5d4e3f2a10',
        scp: 'user_impersonation',
        amr: ['pwd', 'mfa'],
        ...claims,
      };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT', ...header } as JWTHeaderParameters)
        .sign(key.privateKey);
    },
    async rotate() {
      keys.push(await keyNamed(`key-${keys.length + 1}`));
    },
    break(value) {
      broken = value;
    },
    get keyFetches() {
      return keyFetches;
    },
    get discoveries() {
      return discoveries;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
