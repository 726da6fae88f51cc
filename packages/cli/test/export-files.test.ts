import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CustomerQualifications } from '@vetted/client';
import { describe, expect, it } from 'vitest';
import { progressFileOf, toFile } from '../src/commands/export/destination.js';
import { type Format, formatNames, formatOf } from '../src/commands/export/format.js';
import { temporaryFolder } from './support.js';

/** Customers without a qualification, with one, and with two, in turn. */
const customers: readonly CustomerQualifications[] = Array.from({ length: 7 }, (_, index) => {
  const id = `customer-${index}`;
  return {
    customer: { id, companyProfile: { tenantId: id, domain: `${index}.example`, companyName: `Zoë "${index}", Ltd` } },
    qualifications: ['Education', 'StateOwnedEntity'].slice(0, index % 3).map((qualification) => ({ qualification })),
    continueFrom: `after ${index}`,
  };
});

/** Exports the customers that are left until `until` are done; then it finishes, stops, or dies. */
async function exportTo(file: string, format: Format, until: number, end: 'finish' | 'stop' | 'die') {
  const destination = await toFile(file, { format: 'any' }, false);
  if (!destination.isResumed) await destination.write(format.begin, destination.place);
  for (const one of customers.slice(destination.place.customers, until)) {
    const { place } = destination;
    const text = format.customer(one, place.written === 0);
    const { continueFrom } = one;
    await destination.write(text, {
      continueFrom,
      customers: place.customers + 1,
      failed: 0,
      written: place.written + 1,
    });
  }
  if (end === 'finish') await destination.finish(format.end);
  if (end === 'stop') await destination.stop();
  if (end === 'die') await dying(file, () => destination.stop());
}

/** Leaves the files as they were before the end, as a process does that is killed. */
async function dying(file: string, end: () => Promise<void>): Promise<void> {
  const files = await Promise.all(
    [file, progressFileOf(file)].map(async (name) => [name, await readFile(name)] as const),
  );
  await end();
  for (const [name, content] of files) await writeFile(name, content);
}

const cuts = formatNames.flatMap((name) => customers.map((_, cut) => [name, cut] as const));

describe('an export to a file', () => {
  it.each(cuts)('is in %s what it would have been, after a stop at customer %i and a crash', async (name, cut) => {
    const folder = await temporaryFolder();
    const format = await formatOf(name);
    const [whole, file] = [join(folder, 'whole'), join(folder, 'file')];
    await exportTo(whole, format, customers.length, 'finish');
    await exportTo(file, format, cut, 'stop');
    // What a run wrote that ended before it was on record.
    await appendFile(file, 'what nobody knows of');
    await exportTo(file, format, cut + 1, 'die');
    await exportTo(file, format, customers.length, 'finish');
    expect(await readFile(file, 'utf8')).toBe(await readFile(whole, 'utf8'));
    await expect(readFile(progressFileOf(file))).rejects.toThrow('ENOENT');
  });

  it('begins anew over a file that was complete, and has it on record before the first customer', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, 'last week');
    const destination = await toFile(file, {}, false);
    expect(await readFile(file, 'utf8')).toBe('');
    expect(JSON.parse(await readFile(progressFileOf(file), 'utf8'))).toMatchObject({ length: 0 });
    await destination.stop();
  });

  it('refuses to go on with a file that has become shorter, until it is to begin anew', async () => {
    const file = join(await temporaryFolder(), 'file');
    await exportTo(file, await formatOf('csv'), 3, 'stop');
    await truncate(file, 20);
    const settings = { format: 'any' };
    await expect(toFile(file, settings, false)).rejects.toThrow(`${file} is shorter than it was`);
    const anew = await toFile(file, settings, true);
    expect(anew.isResumed).toBe(false);
    await anew.stop();
  });

  it('refuses to go on with a file that is gone, and leaves none', async () => {
    const file = join(await temporaryFolder(), 'file');
    await exportTo(file, await formatOf('csv'), 3, 'stop');
    await rm(file);
    await expect(toFile(file, { format: 'any' }, false)).rejects.toThrow(`${file} is gone`);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('ends where somebody else writes to its file, and leaves what they wrote', async () => {
    const file = join(await temporaryFolder(), 'file');
    const first = await toFile(file, {}, false);
    await first.write('first\n', { customers: 1, failed: 0, written: 1 });
    await writeFile(file, 'second\n');
    await rm(progressFileOf(file));
    await expect(first.finish('')).rejects.toThrow('Is another export to it under way?');
    await first.stop();
    expect(await readFile(file, 'utf8')).toBe('second\n');
    await expect(readFile(progressFileOf(file))).rejects.toThrow('ENOENT');
  });

  // The other systems have no name to claim that goes with its process.
  it.runIf(['linux', 'win32'].includes(process.platform))(
    'refuses a second run to a file while the first is under way, also to begin anew',
    async () => {
      const file = join(await temporaryFolder(), 'file');
      const first = await toFile(file, {}, false);
      await first.write('first\n', { continueFrom: 'there', customers: 1, failed: 0, written: 1 });
      for (const restart of [false, true]) {
        await expect(toFile(file, {}, restart)).rejects.toThrow(`Another export to ${file} is under way`);
      }
      await first.stop();
      expect(await readFile(file, 'utf8')).toBe('first\n');
      await (await toFile(file, {}, false)).finish('');
    },
  );

  it('gives each write of its record a file of its own, and leaves none behind', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'file');
    // A record that is written at the same time, by one who cannot be told of.
    await writeFile(`${progressFileOf(file)}.new`, 'half a rec');
    const destination = await toFile(file, {}, false);
    expect((await readdir(folder)).sort()).toEqual(['file', 'file.vetted-progress', 'file.vetted-progress.new']);
    await destination.stop();
  });

  it.runIf(process.platform !== 'win32')('goes to what is no regular file without a record', async () => {
    const destination = await toFile('/dev/null', {}, false);
    expect(destination).toMatchObject({ isRecorded: false, isResumed: false });
    await destination.write('first\n', { continueFrom: 'there', customers: 1, failed: 0, written: 1 });
    await destination.finish('');
    await expect(readFile(progressFileOf('/dev/null'))).rejects.toThrow('ENOENT');
  });

  it.each(['{', '[]', 'null', '{"version":1,"export":{},"length":-1,"place":{"customers":0,"failed":0,"written":0}}'])(
    'refuses %s for a record',
    async (text) => {
      const file = join(await temporaryFolder(), 'file');
      await writeFile(progressFileOf(file), text);
      await expect(toFile(file, {}, false)).rejects.toThrow('is not the record of an export');
    },
  );
});

describe('the formats of an export', () => {
  const named = (companyName: string): CustomerQualifications => ({
    customer: { id: '1', companyProfile: { tenantId: '1', domain: 'd.example', companyName } },
    qualifications: [],
    continueFrom: '',
  });

  it.each(['=1+1', '+1', '-1', '@A1', '\t=1', '\r=1'])('keep a spreadsheet from running %j', async (name) => {
    const csv = await formatOf('csv');
    expect(csv.customer(named(name), true)).toMatch(/^1,"?'/);
    const ndjson = await formatOf('ndjson');
    expect(JSON.parse(ndjson.customer(named(name), true)).companyName).toBe(name);
  });

  it.each([
    ['json', '[\n]\n'],
    ['ndjson', ''],
    ['csv', 'customerId,companyName,domain,qualification,vettingStatus,vettingReason,vettingCreatedDate,error\n'],
  ] as const)('have an empty text for no customer in %s', async (name, text) => {
    const { begin, end } = await formatOf(name);
    expect(begin + end).toBe(text);
  });
});
