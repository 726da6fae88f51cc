import { WrongUse } from '../../errors.js';

/** The first line of a journal. */
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

/** Reads the text of a journal. Throws WrongUse, with the line, for what is none. */
export function readEntries(file: string, text: string): Entries {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole === '') return { entries: [], length: 0 };
  const [header, ...entries] = whole
    .slice(0, -1)
    .split('\n')
    .map((line, index) => {
      const value = parseJson(line);
      if (index === 0 ? isHeader(value) : isEntry(value)) return value;
      throw new WrongUse(`${file} is damaged, or no journal of vetted import: line ${index + 1} is none of its lines.`);
    });
  return { header: header as Header, entries: entries as (Begun | Ended)[], length: Buffer.byteLength(whole) };
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
