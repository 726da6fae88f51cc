import type { Command } from 'commander';
import { Interrupted, WrongUse } from '../errors.js';
import { untilInterrupted } from '../interrupt.js';
import type { Io } from '../io.js';
import { print } from '../output.js';
import { type Flags, namingSetting, readSettings } from '../settings.js';
import { startStatusLine } from '../status-line.js';

interface BackupOptions {
  readonly database?: string;
  readonly home?: string;
  readonly force?: true;
}

/** `vetted backup`: a copy of a SQLite database, while its service goes on. */
export function addBackupCommand(program: Command, io: Io): void {
  program
    .command('backup')
    .summary('copy a SQLite database while its service goes on')
    .description(
      'Copies a SQLite database into a file while its service goes on. The copy holds every request that was answered ' +
        'before, and takes its name when it is whole, checked and on the disk.',
    )
    .argument('<file>', 'the file to write, readable by its owner only')
    .option('--database <address>', 'sqlite:<file> (VETTED_DATABASE; default vetted.db in the data folder)')
    .option('--home <folder>', 'the data folder (VETTED_HOME; default .vetted)')
    .option('--force', 'replace the file where it is there already')
    .addHelpText(
      'after',
      `
The copy is a database: to restore it, stop the service, put the copy in the
place of vetted.db, delete vetted.db-wal and vetted.db-shm, and start again.
Its secrets open with the key in vetted.db.key only, which is not copied: keep
a copy of it elsewhere.
PostgreSQL is backed up with pg_dump.

Example:
  $ npx vetted backup vetted-backup.db --database sqlite:.vetted/vetted.db`,
    )
    .action((file: string, options: BackupOptions) => backUp(file, options, io));
}

async function backUp(file: string, { database, home, force }: BackupOptions, io: Io): Promise<void> {
  const settings = await readSettings({ database, home }, io);
  const { backUpDatabase } = await import('@vetted/service');
  await untilInterrupted(async (abortSignal) => {
    let copied = 0;
    const status = startStatusLine(io.stderr, () => `Copying: ${Math.floor(copied * 100)} %`);
    try {
      const onProgress = (share: number) => {
        copied = share;
      };
      const overwrite = force === true;
      const backup = await backUpDatabase({ ...settings, file, overwrite, onProgress, abortSignal });
      print(io, `${backup.database} is in ${backup.file}: ${sizeOf(backup.bytes)}, checked and on the disk.`);
      if (backup.keyFile !== undefined) {
        io.stderr.write(`Not copied: ${backup.keyFile}, without which its secrets are lost. Keep a copy of it elsewhere.
`);
      }
    } catch (error) {
      throw abortSignal.aborted ? new Interrupted() : inOwnWords(error, { database, home });
    } finally {
      status.stop();
    }
  });
}

/** The service's word for the argument is not the person's. */
function inOwnWords(error: unknown, flags: Flags): unknown {
  if (!(error instanceof Error) || error.name !== 'ConfigError' || !error.message.startsWith('file: '))
    return namingSetting(error, flags);
  const said = error.message.slice('file: '.length);
  return new WrongUse(said.replace(/is there already\.$/, 'is there already. --force replaces it.'));
}

function sizeOf(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return megabytes < 1
    ? `${Math.ceil(bytes / 1_000)} kB`
    : `${megabytes.toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}
