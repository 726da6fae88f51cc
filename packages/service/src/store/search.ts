import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Greater than every text that begins with the prefix, in the order of code points. */
const LAST_CODE_POINT = '\u{10FFFF}';
/** Characters of a domain that stand in indexes; the third migration counts the same. */
const START_LENGTH = 64;

/** The first characters of a folded domain: whole ones, as the databases count them. */
export function startOf(domainKey: string): string {
  return domainKey.length <= START_LENGTH ? domainKey : [...domainKey].slice(0, START_LENGTH).join('');
}

/** Whether a column begins with a folded prefix, as a range of an index. */
export function beginsWith(column: string, prefix: string): RawBuilder<SqlBool> {
  const name = sql.ref(column);
  return sql`(${name} >= ${prefix} and ${name} < ${prefix + LAST_CODE_POINT})`;
}
