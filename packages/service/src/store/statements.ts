import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Tables } from './tables.js';

/**
 * A query whose text is always the same. It must not look at its values, which stand for others when it is compiled, and
 * they must always have the same members.
 */
export type Template<Values extends object, Row> = (db: Kysely<Tables>, values: Values) => Compilable<Row>;

/** The templates that were compiled for one database: building and compiling a query costs more than running it. */
export type CompiledTemplates = Map<unknown, CompiledQuery>;

/** Stands in a compiled template for one of the values. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Runs queries of constant text, each compiled when it is first needed. */
export class Statements {
  readonly #db: Kysely<Tables>;
  readonly #compiled: CompiledTemplates;

  constructor(db: Kysely<Tables>, compiled: CompiledTemplates) {
    this.#db = db;
    this.#compiled = compiled;
  }

  async run<Values extends object, Row>(template: Template<Values, Row>, values: Values): Promise<QueryResult<Row>> {
    const { parameters, ...query } = this.#compile(template, values);
    const filled = parameters.map((parameter) =>
      parameter instanceof Slot ? Reflect.get(values, parameter.name) : parameter,
    );
    return this.#db.executeQuery<Row>({ ...query, parameters: filled } as CompiledQuery<Row>);
  }

  #compile<Values extends object, Row>(template: Template<Values, Row>, values: Values): CompiledQuery {
    const known = this.#compiled.get(template);
    if (known !== undefined) return known;
    const slots = Object.fromEntries(Object.keys(values).map((name) => [name, new Slot(name)])) as unknown as Values;
    const compiled = template(this.#db, slots).compile();
    this.#compiled.set(template, compiled);
    return compiled;
  }
}
