import { setImmediate } from 'node:timers/promises';
import {
  CustomerRecord,
  type FaultDatum,
  type ImportResult,
  MAX_IMPORT_LINE_BYTES,
  MAX_IMPORT_LINES,
} from '@vetted/contract';
import { Compile } from 'typebox/compile';
import type { Clock } from '../../domain/clock.js';
import { StoreUnavailable } from '../../domain/refusal.js';
import type { Store } from '../../domain/store.js';
import { schemaProblems } from '../schema-problems.js';
import type { Change, Outcome } from './change.js';
import { readLines, type TextLine } from './import-lines.js';
import { changeBy, knownPartner, type OperatorContext } from './operator.service.js';
import { putCustomers } from './put-customers.js';

/** Lines a transaction: enough to make its cost small, and few enough to keep others waiting for a moment only. */
const BATCH = 100;
const MAX_NAME_LENGTH = 128;

const customerRecord = Compile(CustomerRecord);

export interface ImportService {
  /**
   * Begins an import; the text of its results comes as the lines are read, a batch at a time, each in a transaction of
   * its own. It ends early with the first batch that the store does not take, and where `isEnding` says so.
   * @throws Refusal ResourceNotFound where there is no such partner
   */
  begin(
    context: OperatorContext,
    bytes: AsyncIterable<Uint8Array>,
    isEnding: () => boolean,
  ): Promise<AsyncIterable<string>>;
}

export function importService(store: Store, clock: Clock): ImportService {
  return {
    async begin(context, bytes, isEnding) {
      await knownPartner(store, context.tenantId);
      const put: PutBatch = async (records) => {
        if (isEnding()) return undefined;
        return putOrGiveUp(store, context.tenantId, records, changeBy(context, clock));
      };
      return results(bytes, put);
    },
  };
}

/** Answers what each record came to; undefined where none of them was taken, and the import has to end. */
type PutBatch = (records: readonly CustomerRecord[]) => Promise<readonly Outcome[] | undefined>;

/** A line that can be taken, or why it cannot. */
type Entry =
  | { readonly line: number; readonly record: CustomerRecord }
  | { readonly line: number; readonly problems: FaultDatum[] };

async function* results(bytes: AsyncIterable<Uint8Array>, put: PutBatch): AsyncGenerator<string> {
  for await (const batch of batches(entries(readLines(bytes, MAX_IMPORT_LINE_BYTES)))) {
    const records = batch.flatMap((entry) => ('record' in entry ? [entry.record] : []));
    const outcomes = await put(records);
    yield resultsOf(batch, outcomes)
      .map((result) => `${JSON.stringify(result)}\n`)
      .join('');
    if (outcomes === undefined) return;
    // SQLite answers without waiting: nothing else would let other requests have their turn.
    await setImmediate();
  }
}

async function putOrGiveUp(
  store: Store,
  partnerId: string,
  records: readonly CustomerRecord[],
  change: Change,
): Promise<readonly Outcome[] | undefined> {
  try {
    return await store.transaction(async (transaction) => {
      const partner = await transaction.provisioning.holdPartner(partnerId);
      return partner && putCustomers(transaction, partnerId, records, change);
    });
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}

function resultsOf(batch: readonly Entry[], outcomes: readonly Outcome[] | undefined): ImportResult[] {
  const remaining = outcomes?.values();
  return batch.map((entry): ImportResult => {
    const { line } = entry;
    if ('problems' in entry) return { line, result: 'refused', problems: entry.problems };
    const id = entry.record.id.toLowerCase();
    const outcome = remaining?.next().value;
    if (outcome === undefined) return { line, id, result: 'failed', code: 'ServiceUnavailable' };
    return { line, id, result: outcome };
  });
}

async function* batches(all: AsyncIterable<Entry>): AsyncGenerator<readonly Entry[]> {
  let batch: Entry[] = [];
  for await (const entry of all) {
    batch.push(entry);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What the lines say; nothing comes after the line that is one too many. */
async function* entries(lines: AsyncIterable<TextLine>): AsyncGenerator<Entry> {
  for await (const line of lines) {
    if (line.line > MAX_IMPORT_LINES) {
      yield refused(line.line, `is one more than the ${MAX_IMPORT_LINES} of an import, which ends here`);
      return;
    }
    if ('problem' in line) yield refused(line.line, line.problem);
    else if (line.text.trim() !== '') yield parse(line.line, line.text);
  }
}

function parse(line: number, text: string): Entry {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return refused(line, 'is not JSON');
  }
  if (customerRecord.Check(record)) return { line, record };
  return { line, problems: schemaProblems(CustomerRecord, record).map(readable) };
}

function refused(line: number, reason: string): Entry {
  return { line, problems: [{ name: 'line', reason }] };
}

/** Names come from strangers; what is wrong with no member in particular is wrong with the line. */
function readable({ name, reason }: FaultDatum): FaultDatum {
  if (name === '') return { name: 'line', reason };
  return { name: name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name, reason };
}
