import { isUtf8 } from 'node:buffer';

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** A line of an import as it came, or what keeps it from being read. */
export type TextLine =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: string };

/** Splits bytes into lines, each of which may come in any number of pieces. Holds no more of a line than it may have. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<TextLine> {
  const collector = new LineCollector(maxBytes);
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      collector.add(chunk.subarray(from, to));
      yield collector.end();
      from = to + 1;
    }
    collector.add(chunk.subarray(from));
  }
  if (collector.bytes > 0) yield collector.end();
}

class LineCollector {
  bytes = 0;
  #line = 0;
  #pieces: Uint8Array[] = [];
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(piece: Uint8Array): void {
    this.bytes += piece.length;
    if (this.bytes > this.#maxBytes) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  end(): TextLine {
    this.#line += 1;
    const [bytes, pieces] = [this.bytes, this.#pieces];
    this.bytes = 0;
    this.#pieces = [];
    return { line: this.#line, ...this.#read(bytes, pieces) };
  }

  #read(bytes: number, pieces: readonly Uint8Array[]): { text: string } | { problem: string } {
    if (bytes > this.#maxBytes) return { problem: `has more than ${this.#maxBytes} bytes` };
    const whole = Buffer.concat(pieces);
    if (!isUtf8(whole)) return { problem: 'is not in UTF-8' };
    const text = whole.toString('utf8');
    return { text: this.#line === 1 ? text.replace(BYTE_ORDER_MARK, '') : text };
  }
}
