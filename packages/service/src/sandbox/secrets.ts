import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { ConfigError } from '../config.js';
import { createFile, readIfThere } from './files.js';
import { wrongMembers } from './schema-errors.js';

const base64url = (minLength: number) => Type.String({ minLength, maxLength: 2048, pattern: '^[A-Za-z0-9_-]+$' });

/** 256 random bits in base64url. */
const RANDOM_LENGTH = 43;

/** What `authority.json` holds. Each data folder has its own: a constant in the source would be no secret. */
const AuthorityFile = Type.Object(
  {
    signingKey: Type.Object(
      {
        kty: Type.Literal('RSA'),
        n: base64url(342),
        e: base64url(2),
        d: base64url(1),
        p: base64url(1),
        q: base64url(1),
        dp: base64url(1),
        dq: base64url(1),
        qi: base64url(1),
      },
      { additionalProperties: false },
    ),
    clientSecret: base64url(RANDOM_LENGTH),
    refreshTokenKey: base64url(RANDOM_LENGTH),
  },
  { additionalProperties: false },
);
type AuthorityFile = Static<typeof AuthorityFile>;

/** What the authority signs with and checks against. */
export interface Secrets {
  readonly signingKey: CryptoKey;
  readonly keyId: string;
  /** The signing key's public half, as the discovery document's `jwks_uri` shows it. */
  readonly publicKey: JWK;
  readonly clientSecret: string;
  readonly refreshTokenKey: Uint8Array;
}

/**
 * The secrets of a data folder, made at the first start; without a folder they live as long as the process.
 * @throws ConfigError if the folder's file is broken.
 */
export async function openSecrets(home: string | undefined): Promise<Secrets> {
  if (home === undefined) return usable(await newSecrets());
  const file = join(home, 'authority.json');
  let text = await readIfThere(file);
  if (text === undefined) {
    await createFile(file, `${JSON.stringify(await newSecrets(), null, 2)}\n`);
    // Another process may have been first: what stands in the file counts.
    text = await readIfThere(file);
  }
  const secrets = parse(file, text ?? '');
  try {
    return await usable(secrets);
  } catch (error) {
    throw broken(file, 'signingKey is not an RSA key', error);
  }
}

async function newSecrets(): Promise<AuthorityFile> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  return Value.Parse(AuthorityFile, {
    signingKey: await exportJWK(privateKey),
    clientSecret: randomBytes(32).toString('base64url'),
    refreshTokenKey: randomBytes(32).toString('base64url'),
  });
}

function parse(file: string, text: string): AuthorityFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the text, which holds secrets.
    throw broken(file, 'it is not JSON', error instanceof SyntaxError ? undefined : error);
  }
  if (Value.Check(AuthorityFile, content)) return content;
  const { missing, invalid } = wrongMembers(AuthorityFile, content);
  const complaints = [
    ...missing.map((name) => `${name} is missing`),
    ...invalid.map((name) => `${name === '' ? 'a member' : name} is not valid`),
  ];
  throw broken(file, complaints.join(', '));
}

function broken(file: string, complaint: string, cause?: unknown): ConfigError {
  return new ConfigError(
    `home: the sandbox's secrets in ${file} are broken: ${complaint}. ` +
      'Delete the file to have new ones made; tokens issued until then stop counting.',
    cause === undefined ? undefined : { cause },
  );
}

async function usable(file: AuthorityFile): Promise<Secrets> {
  const { kty, n, e } = file.signingKey;
  const keyId = await calculateJwkThumbprint({ kty, n, e });
  const publicKey = { kty, n, e, kid: keyId, alg: 'RS256', use: 'sig' };
  const signingKey = await importRsaKey(file.signingKey);
  // A file edited by hand can hold a private and a public half that do not belong together.
  const probe = await new SignJWT({}).setProtectedHeader({ alg: 'RS256' }).sign(signingKey);
  await jwtVerify(probe, await importRsaKey(publicKey));
  return {
    signingKey,
    keyId,
    publicKey,
    clientSecret: file.clientSecret,
    refreshTokenKey: Buffer.from(file.refreshTokenKey, 'base64url'),
  };
}

async function importRsaKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'RS256');
  if (key instanceof Uint8Array) throw new TypeError('A symmetric key where an RSA key is needed.');
  return key;
}
