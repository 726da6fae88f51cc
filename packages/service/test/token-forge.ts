import { constants, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type FakeEntra, PARTNER_CENTER_AUDIENCE } from '@vetted/testkit';
import { partner } from './bench.js';

const algorithms: Readonly<Record<string, { readonly hash: string; readonly padding: number }>> = {
  RS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PADDING },
  RS384: { hash: 'sha384', padding: constants.RSA_PKCS1_PADDING },
  RS512: { hash: 'sha512', padding: constants.RSA_PKCS1_PADDING },
  PS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PSS_PADDING },
};

export interface ForgeOptions {
  readonly entra: FakeEntra;
  /** The issuer's name, `{tenantid}` standing for the tenant. */
  readonly issuer: string;
  /** In seconds. */
  readonly now: number;
  /** A URL whose server tells when it is asked for anything. */
  readonly url: string;
}

/** Writes tokens, as they ought to be and otherwise, with the issuer's own key and with others. */
export class TokenForge {
  readonly now: number;
  readonly url: string;
  /** A key that the issuer does not know. */
  readonly foreignKey: KeyObject = foreign;
  readonly key: KeyObject;
  readonly #issuer: string;

  constructor({ entra, issuer, now, url }: ForgeOptions) {
    this.now = now;
    this.url = url;
    this.key = entra.signingKey;
    this.#issuer = issuer;
  }

  issuerOf(tenant: string): string {
    return this.#issuer.replace('{tenantid}', tenant);
  }

  /** The claims of a token that is taken, these laid over; undefined removes one. */
  claims(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return {
      aud: PARTNER_CENTER_AUDIENCE,
      iss: this.issuerOf(partner),
      iat: this.now,
      nbf: this.now,
      exp: this.now + 3600,
      tid: partner,
      oid: '5f0e9d3a-1c2b-4a39-8a7b-6c5d4e3f2a10',
      scp: 'user_impersonation',
      amr: ['pwd', 'mfa'],
      ...over,
    };
  }

  header(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return { alg: 'RS256', kid: 'key-1', typ: 'JWT', ...over };
  }

  /** Signed by the issuer, whatever it says. */
  token(claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}): string {
    return this.sign(JSON.stringify(this.header(header)), JSON.stringify(this.claims(claims)));
  }

  /** Signed by somebody else. */
  forged(header: Readonly<Record<string, unknown>> = {}): string {
    return this.sign(JSON.stringify(this.header(header)), JSON.stringify(this.claims()), { key: this.foreignKey });
  }

  /** Signs texts as they are, JSON or not. */
  sign(header: string | Buffer, payload: string | Buffer, { key = this.key, alg = 'RS256' } = {}): string {
    const algorithm = algorithms[alg];
    if (algorithm === undefined) throw new Error(`${alg} is not one of ${Object.keys(algorithms)}.`);
    const signed = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
    const { hash, padding } = algorithm;
    return `${signed}.${sign(hash, Buffer.from(signed), { key, padding }).toString('base64url')}`;
  }

  /** Signs with a secret that everybody has: what the issuer publishes of its key, in this form. */
  withPublicKeyAsSecret(form: 'jwk' | 'modulus' | 'pem' | 'der'): string {
    const published = createPublicKey(this.key);
    const jwk = published.export({ format: 'jwk' });
    const secrets = {
      jwk: JSON.stringify({ ...jwk, kid: 'key-1', use: 'sig', alg: 'RS256' }),
      modulus: Buffer.from(String(jwk.n), 'base64url'),
      pem: published.export({ format: 'pem', type: 'spki' }),
      der: published.export({ format: 'der', type: 'spki' }),
    };
    const signed = [this.header({ alg: 'HS256' }), this.claims()]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${createHmac('sha256', secrets[form]).update(signed).digest('base64url')}`;
  }
}

/** Made once: RSA keys take long to make. */
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
