import { Failure } from './errors.js';
import type { Io } from './io.js';
import { createProgram } from './program.js';
import { report } from './report.js';

/**
 * Runs one command: `run(['get', customerId])`. Resolves with the exit code: 0, 1 where the service or the work
 * refused, 2 where the command was used wrongly, a file that cannot be used included.
 */
export async function run(argv: readonly string[], io: Io = process): Promise<number> {
  endQuietlyWithReader(io);
  try {
    await createProgram(io).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, io);
  }
}

/** `vetted customers | head -1` closes the pipe while the command writes. That is no error. */
function endQuietlyWithReader({ stdout, stderr }: Io): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      process.exit(report(new Failure(`The output cannot be written: ${error.message}`), { stdout, stderr, env: {} }));
    });
  }
}
