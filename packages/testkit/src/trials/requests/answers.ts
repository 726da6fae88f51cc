import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Operation, Schema } from './description.js';
import type { RawAnswer } from './exchange.js';

/** What no stranger may read: frames of a stack, files of the service, and the database's language. */
const innards =
  /\n\s+at .+:\d+:\d+|node_modules|node:internal|\/packages\/|SQLITE_|SqliteError|\bselect .+ from\b|\binsert into\b/i;

const NDJSON = 'application/x-ndjson';

/** Holds answers to what the service says of itself. */
export class Answers {
  readonly #ajv = new Ajv2020({ strict: false });
  readonly #compiled = new Map<Schema, ValidateFunction>();

  /** Throws an error that says what is wrong with an answer, if anything is. */
  check({ responses }: Operation, answer: RawAnswer): void {
    const { status, type, headers, text } = answer;
    const described = responses[status];
    if (described === undefined) throw wrong(answer, 'has a status that its description does not know');
    if (status >= 500) throw wrong(answer, "is the service's own failure");
    if (innards.test(text)) throw wrong(answer, 'shows the inside of the service');
    if (headers['ms-correlationid'] === undefined) throw wrong(answer, 'has no correlation id');
    const [mediaType = ''] = type.split(';');
    if (text === '') {
      // Of an import without a line there is nothing to tell.
      if (status !== 204 && status !== 304 && mediaType !== NDJSON) throw wrong(answer, 'is empty');
      return;
    }
    const schema = described.content?.[mediaType]?.schema;
    if (schema === undefined) throw wrong(answer, `has a content type that its description does not know: ${type}`);
    for (const value of valuesIn(mediaType, text)) this.#checkValue(answer, schema, value);
  }

  #checkValue(answer: RawAnswer, schema: Schema, value: unknown): void {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(schema);
    this.#compiled.set(schema, validate);
    if (!validate(value)) throw wrong(answer, `is not what its schema says: ${this.#ajv.errorsText(validate.errors)}`);
  }
}

function valuesIn(mediaType: string, text: string): unknown[] {
  if (mediaType === 'application/json') return [JSON.parse(text)];
  if (mediaType === NDJSON)
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  // What was read of a stream of events is its beginning, which holds none.
  return [];
}

function wrong({ status, text }: RawAnswer, what: string): Error {
  return new Error(`The answer ${what}: ${status} ${text.slice(0, 1000)}`);
}
