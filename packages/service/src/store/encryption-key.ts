import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Of the shape of what is sealed, so that another one can follow. */
const VERSION = 'v1';

/** What a key is used for. Each use has a key of its own, derived from it: what one reveals is no help with another. */
type Use = 'values' | 'lookups' | 'fingerprints';

/** A sealed value that does not open: it was altered or moved, or another key has sealed it. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * A key of 256 bits. Values are sealed with AES-256-GCM under a random nonce, bound to the place that they stand at.
 * Nothing prints its bytes: they are private.
 */
export class EncryptionKey {
  /** Tells keys apart and tells nothing of their bytes: the beginning of their SHA-256. */
  readonly id: string;
  /** What everything begins with that it has sealed or made a fingerprint of. */
  readonly mark: string;
  readonly #bytes: Buffer;
  readonly #derived = new Map<Use, Buffer>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.id = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    this.mark = `${VERSION}.${this.id}.`;
  }

  static random(): EncryptionKey {
    return new EncryptionKey(randomBytes(KEY_BYTES));
  }

  /** Reads what {@link EncryptionKey.toText} gives; undefined where the text is no base64 of 32 bytes. */
  static fromText(text: string): EncryptionKey | undefined {
    const bytes = Buffer.from(text, 'base64');
    return bytes.length === KEY_BYTES && bytes.toString('base64') === text ? new EncryptionKey(bytes) : undefined;
  }

  toText(): string {
    return this.#bytes.toString('base64');
  }

  /** Seals a text that stands at this place: table and column, and the row's key. It opens nowhere else. */
  seal(place: readonly string[], text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keyFor('values'), nonce).setAAD(associatedData(place));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return this.mark + sealed.toString('base64url');
  }

  /** @throws SealBroken where this key has not sealed this text for this place */
  open(place: readonly string[], text: string): string {
    const sealed = Buffer.from(text.slice(this.mark.length), 'base64url');
    if (!text.startsWith(this.mark) || sealed.length < NONCE_BYTES + TAG_BYTES) throw broken(place);
    const decipher = createDecipheriv(CIPHER, this.#keyFor('values'), sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(associatedData(place)).setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (error) {
      throw broken(place, error);
    }
  }

  /** The same text for the same parts, which only who has the key can tell. */
  digest(use: 'lookups' | 'fingerprints', parts: readonly string[]): string {
    return createHmac('sha256', this.#keyFor(use)).update(JSON.stringify(parts)).digest('base64url');
  }

  #keyFor(use: Use): Buffer {
    const known = this.#derived.get(use);
    if (known) return known;
    const derived = Buffer.from(hkdfSync('sha256', this.#bytes, '', `vetted ${use}`, KEY_BYTES));
    this.#derived.set(use, derived);
    return derived;
  }
}

/** The id of the key that has sealed a text, or made a fingerprint. */
export function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

function associatedData(place: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(place));
}

function broken(place: readonly string[], cause?: unknown): SealBroken {
  return new SealBroken(`${place.join(' ')} was altered, or another key has encrypted it.`, { cause });
}
