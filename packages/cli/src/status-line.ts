import stringWidth from 'fast-string-width';
import type { Output } from './io.js';
import { widthOf } from './output.js';

/** One line at the foot of a terminal that says how things stand. Elsewhere it shows nothing. */
export interface StatusLine {
  /** Ends it, and takes the line away. */
  stop(): void;
}

const REFRESH_IN_MS = 1_000;
const ERASE = '\r\u001b[K';

/** Shows what `text` says, and says it anew each second. */
export function startStatusLine(stream: Output, text: () => string): StatusLine {
  if (stream.isTTY !== true) return { stop: () => {} };
  // A line that is too long would wrap, and could not be taken away again.
  const show = () => stream.write(ERASE + cut(text(), widthOf(stream) - 1));
  show();
  const timer = setInterval(show, REFRESH_IN_MS);
  return {
    stop() {
      clearInterval(timer);
      stream.write(ERASE);
    },
  };
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let end = '';
  for (const letter of text) {
    if (stringWidth(end + letter) > width - 1) break;
    end += letter;
  }
  return `${end}…`;
}
