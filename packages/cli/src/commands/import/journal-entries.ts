import { WrongUse } from '../../errors.js';

/** The first line of a journal. Where two runs began it at once there is another, which counts for nothing. */
export interface Header {
  readonly vetted: 'import';
  readonly version: 1;
  /** The journal's own: request ids and fingerprints come from it. */
  readonly id: string;
  /** The address of the service whose answers it holds. */
  readonly service: string;
}

/** A request is about to be sent. */
export interface Begun {
  /** A fingerprint of the row's content: it tells an edited row, and no validation code stands in it. */
  readonly row: string;
  readonly customerId: string;
  readonly qualification: string;
  readonly requestId: string;
  readonly attempt: number;
  readonly begun: string;
}

/** What came of a request. */
export interface Outcome {
  readonly result: 'requested' | 'refused';
  readonly vettingStatus?: string;
  readonly detail?: string;
}

export interface Ended extends Outcome {
  readonly row: string;
}

export interface Entries {
  /** Absent from an empty file. */
  readonly header?: Header;
  readonly entries: readonly (Begun | Ended)[];
  /** How much of the file that is, in bytes: a last line without its end is left out. */
  readonly length: number;
}

/** How every journal begins: a file without a whole line may be another one that the person named by mistake. */
const BEGINNING = '{"vetted":"import",';

/** Reads the text of a journal. Throws WrongUse, with the line, for what is none. */
export function readEntries(file: string, text: string): Entries {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole === '') {
    if (!BEGINNING.startsWith(text.slice(0, BEGINNING.length))) throw notOurs(file, 1);
    return { entries: [], length: 0 };
  }
  const [header, ...entries] = whole
    .slice(0, -1)
    .split('\n')
    .map((line, index) => {
      const value = parseJson(line);
      if (isHeader(value) || (index > 0 && isEntry(value))) return value;
      throw notOurs(file, index + 1);
    });
  return { header: header as Header, entries: entries.filter(isEntry), length: Buffer.byteLength(whole) };
}

function notOurs(file: string, line: number): WrongUse {
  return new WrongUse(`${file} is damaged, or no journal of vetted import: line ${line} is none of its lines.`);
}

function isHeader(value: unknown): value is Header {
  const { vetted, version, id, service } = (value ?? {}) as Partial<Header>;
  return vetted === 'import' && version === 1 && isText(id) && isText(service);
}

function isEntry(value: unknown): value is Begun | Ended {
  const entry = (value ?? {}) as Partial<Begun & Ended>;
  if (!isText(entry.row)) return false;
  if (entry.result === 'requested' || entry.result === 'refused') return true;
  const texts = [entry.customerId, entry.qualification, entry.requestId, entry.begun];
  return texts.every(isText) && Number.isSafeInteger(entry.attempt) && !Number.isNaN(Date.parse(String(entry.begun)));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
