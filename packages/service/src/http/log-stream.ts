import pino from 'pino';

const STDOUT = 1;

/**
 * The log's way to stdout. A line goes out at once, and with it those before it. Lines about requests, of which a busy
 * service has many in one turn of the event loop, may wait for its end: one system call then writes them all, and a
 * process that is killed loses those of one turn at most.
 */
export class LogStream {
  readonly #out = pino.destination({ fd: STDOUT, sync: true });
  #lines = '';

  write(line: string): void {
    this.#out.write(this.#lines + line);
    this.#lines = '';
  }

  writeSoon(line: string): void {
    if (this.#lines === '') setImmediate(() => this.#flush());
    this.#lines += line;
  }

  #flush(): void {
    if (this.#lines !== '') this.write('');
  }
}
