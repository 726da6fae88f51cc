import type { WriteStream } from 'node:tty';

/** What a command reads and writes: the process, or a test's stand-in. */
export interface Io {
  /** Where answers are typed; absent where there is nobody to ask. */
  readonly stdin?: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A stream, which may be a terminal. */
export type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>>;

/** A stream to read, which may be a terminal. */
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
