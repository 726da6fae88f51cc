import { AbortError } from '@azure/abort-controller';
import { RestError } from '@azure/core-rest-pipeline';

/** As much of Node's stream as reading one takes; the sources know no `node:` types, as browsers run them too. */
export interface BodyStream {
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (text: string) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): unknown;
}

/** The text of a body. Rejects with an AbortError where it is not whole in time, and then gives up the connection. */
export function textOf(stream: BodyStream, limitInMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let settled = false;
    const timer = setTimeout(() => {
      settle();
      reject(new AbortError('The body took too long.'));
      stream.destroy();
    }, limitInMs);
    const settle = () => {
      settled = true;
      clearTimeout(timer);
    };
    const broken = () => {
      if (settled) return;
      settle();
      reject(new RestError('The connection broke within the answer.', { code: 'ECONNRESET' }));
    };
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      text += chunk;
    });
    stream.on('end', () => {
      settle();
      resolve(text);
    });
    stream.on('error', broken);
    stream.on('close', broken);
  });
}
