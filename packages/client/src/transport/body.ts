import { RestError } from '@azure/core-rest-pipeline';

/** As much of Node's stream as reading one takes; the sources know no `node:` types, as browsers run them too. */
export interface BodyStream {
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (text: string) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** The text of a body. Rejects where the connection ends before it is whole, as it does when it is aborted. */
export function textOf(stream: BodyStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let isWhole = false;
    // A connection closes after every answer, and an error costs as much as a tenth of a call.
    const broken = () => {
      if (!isWhole) reject(new RestError('The connection broke within the answer.', { code: 'ECONNRESET' }));
    };
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      text += chunk;
    });
    stream.on('end', () => {
      isWhole = true;
      resolve(text);
    });
    stream.on('error', broken);
    stream.on('close', broken);
  });
}
