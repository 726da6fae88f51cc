import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { StoredValidationCode, ValidationCodeRow } from '../domain/store.js';
import type { DataKeys } from './data-keys.js';
import type { DialectName } from './dialect.js';
import { codePlace } from './keyring.js';
import type { Tables, ValidationCodeTable } from './tables.js';

const columns = ['id', 'code', 'organization_name', 'max_creates', 'remaining_creates'] as const;

type Row = Pick<Selectable<ValidationCodeTable>, (typeof columns)[number]>;

/** Validation codes, which stand in the database encrypted, and are found by a keyed hash. */
export class ValidationCodes {
  readonly #db: Kysely<Tables>;
  readonly #dialect: DialectName;
  readonly #keys: DataKeys;

  constructor(db: Kysely<Tables>, dialect: DialectName, keys: DataKeys) {
    this.#db = db;
    this.#dialect = dialect;
    this.#keys = keys;
  }

  /** A partner's codes in the order of their organizations; undefined where there is no such partner. */
  async list(partnerId: string): Promise<readonly ValidationCodeRow[] | undefined> {
    const rows = await this.#db
      .selectFrom('partner as p')
      .leftJoin('validation_code as v', 'v.partner_id', 'p.tenant_id')
      .where('p.tenant_id', '=', partnerId)
      .where('p.active', '=', 1)
      .select(columns.map((column) => `v.${column}` as const))
      .execute();
    if (rows.length === 0) return undefined;
    const codes = await Promise.all(rows.filter(isCode).map((row) => this.#opened(partnerId, row)));
    return codes.sort((one, other) => inOrder(orderOf(one), orderOf(other))).map(({ id: _, ...code }) => code);
  }

  async find(partnerId: string, code: string): Promise<ValidationCodeRow | undefined> {
    const keyring = await this.#keys.read(this.#db);
    const row = await this.#selected(partnerId, keyring.lookups(partnerId, code)).executeTakeFirst();
    if (row === undefined) return undefined;
    const { id: _, ...found } = await this.#opened(partnerId, row);
    return found;
  }

  /** Keeps every other transaction from using the code until this one ends. */
  async lock(partnerId: string, code: string): Promise<StoredValidationCode | undefined> {
    const keyring = await this.#keys.hold(this.#db, this.#dialect);
    const query = this.#selected(partnerId, keyring.lookups(partnerId, code));
    const row = await (this.#dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
    return row && this.#opened(partnerId, row);
  }

  async use(partnerId: string, code: string): Promise<void> {
    await this.#db
      .updateTable('validation_code')
      .set((eb) => ({ remaining_creates: eb('remaining_creates', '-', 1) }))
      .where('partner_id', '=', partnerId)
      .where('lookup', 'in', await this.#lookups(partnerId, code))
      .execute();
  }

  /** Adds the code unless it is there, and answers whether it did. */
  async add(partnerId: string, row: ValidationCodeRow): Promise<boolean> {
    const keyring = await this.#keys.hold(this.#db, this.#dialect);
    const [lookup = '', ...earlier] = keyring.lookups(partnerId, row.validationId);
    if (earlier.length > 0 && (await this.#selected(partnerId, earlier).executeTakeFirst())) return false;
    const id = randomUUID();
    const code = keyring.current.seal(codePlace(partnerId, id), row.validationId);
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('validation_code')
      .values({ partner_id: partnerId, lookup, id, code, ...countersOf(row) })
      .onConflict((conflict) => conflict.columns(['partner_id', 'lookup']).doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  /** Adds the code, or changes it. */
  async put(partnerId: string, row: ValidationCodeRow): Promise<void> {
    if (await this.add(partnerId, row)) return;
    await this.#db
      .updateTable('validation_code')
      .set(countersOf(row))
      .where('partner_id', '=', partnerId)
      .where('lookup', 'in', await this.#lookups(partnerId, row.validationId))
      .execute();
  }

  async remove(partnerId: string, code: string): Promise<void> {
    await this.#db
      .deleteFrom('validation_code')
      .where('partner_id', '=', partnerId)
      .where('lookup', 'in', await this.#lookups(partnerId, code))
      .execute();
  }

  #selected(partnerId: string, lookups: readonly string[]) {
    return this.#db
      .selectFrom('validation_code')
      .select(columns)
      .where('partner_id', '=', partnerId)
      .where('lookup', 'in', lookups);
  }

  /** Needs no lock: whoever changes a code has locked or added it before, which holds the keys. */
  async #lookups(partnerId: string, code: string): Promise<readonly string[]> {
    return (await this.#keys.lastRead(this.#db)).lookups(partnerId, code);
  }

  async #opened(partnerId: string, row: Row): Promise<StoredValidationCode> {
    const keyring = await this.#keys.forSealed(this.#db, row.code);
    return {
      id: row.id,
      validationId: keyring.open(codePlace(partnerId, row.id), row.code),
      organizationName: row.organization_name,
      maxCreates: row.max_creates,
      remainingCreates: row.remaining_creates,
    };
  }
}

function countersOf({ organizationName, maxCreates, remainingCreates }: ValidationCodeRow) {
  return { organization_name: organizationName, max_creates: maxCreates, remaining_creates: remainingCreates };
}

/** A left join has a row of nulls where there is none. */
function isCode(row: { [Column in keyof Row]: Row[Column] | null }): row is Row {
  return row.id !== null;
}

function orderOf({ organizationName, validationId }: ValidationCodeRow): readonly [Buffer, Buffer] {
  return [Buffer.from(organizationName), Buffer.from(validationId)];
}

/** The order of code points, as both databases have it. */
function inOrder([name, code]: readonly [Buffer, Buffer], [otherName, otherCode]: readonly [Buffer, Buffer]): number {
  return Buffer.compare(name, otherName) || Buffer.compare(code, otherCode);
}
