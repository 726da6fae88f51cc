import { type EncryptionKey, keyIdOf, SealBroken } from './encryption-key.js';

/** A key of the database, and since when it is one. */
export interface DataKey {
  readonly key: EncryptionKey;
  readonly since: string;
}

/** The keys that the database's own values are sealed with: the first one seals, all of them open. */
export class Keyring {
  readonly keys: readonly DataKey[];
  readonly current: EncryptionKey;

  constructor(current: DataKey, earlier: readonly DataKey[]) {
    this.keys = [current, ...earlier];
    this.current = current.key;
  }

  has(sealed: string): boolean {
    return this.#find(keyIdOf(sealed)) !== undefined;
  }

  /** @throws SealBroken where none of the keys has sealed this text for this place */
  open(place: readonly string[], sealed: string): string {
    const key = this.#find(keyIdOf(sealed));
    if (key === undefined) throw new SealBroken(`${place.join(' ')}: the key that has encrypted it is gone.`);
    return key.open(place, sealed);
  }

  /** What a validation code is found by: by the current key, and by those whose rows may not have been sealed anew yet. */
  lookups(partnerId: string, code: string): readonly string[] {
    return this.keys.map(({ key }) => lookupOf(key, partnerId, code));
  }

  /** A request's fingerprint as it may be kept. Without a key, the validation code in a request could be guessed by it. */
  fingerprint(request: RequestKey, fingerprint: string): string {
    return this.current.mark + this.current.digest('fingerprints', [...request, fingerprint]);
  }

  isFingerprint(kept: string, request: RequestKey, fingerprint: string): boolean {
    const key = this.#find(keyIdOf(kept));
    return key !== undefined && key.mark + key.digest('fingerprints', [...request, fingerprint]) === kept;
  }

  #find(id: string): EncryptionKey | undefined {
    return this.keys.find(({ key }) => key.id === id)?.key;
  }
}

export type RequestKey = readonly [partnerId: string, requestId: string];

/** A validation code's place in the index of its partner's codes. */
export function lookupOf(key: EncryptionKey, partnerId: string, code: string): string {
  return key.digest('lookups', [partnerId, code]);
}

/** Where a validation code stands. */
export function codePlace(partnerId: string, id: string): readonly string[] {
  return ['validation_code.code', partnerId, id];
}

/** Where the secret of a webhook's registration stands. */
export function secretPlace(partnerId: string, id: string): readonly string[] {
  return ['webhook_registration.secret', partnerId, id];
}
