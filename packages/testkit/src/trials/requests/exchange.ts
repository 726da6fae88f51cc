import { Agent, request } from 'node:http';
import type { GeneratedRequest } from './generated.js';

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly milliseconds: number;
}

/** Sends requests over connections that stay open, and reads the answers whole. */
export class Exchange {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(url: string) {
    this.#url = url;
  }

  /** Rejects where there is no answer within this time. */
  send(generated: GeneratedRequest, token: string | undefined, timeLimitInMs: number): Promise<RawAnswer> {
    const { method, path, headers, body } = generated;
    const began = performance.now();
    const bytes = body === undefined ? undefined : Buffer.from(body.text);
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#url, {
        method,
        path,
        agent: this.#agent,
        signal: AbortSignal.timeout(timeLimitInMs),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(bytes === undefined ? {} : { 'content-type': body?.type, 'content-length': bytes.length }),
          ...headers,
        },
      });
      outgoing.once('error', reject);
      outgoing.once('response', async (response) => {
        const type = response.headers['content-type'] ?? '';
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of response) {
            chunks.push(chunk);
            // A stream of events would go on.
            if (type.startsWith('text/event-stream')) break;
          }
          const { statusCode: status = 0, headers: answered } = response;
          const text = Buffer.concat(chunks).toString();
          resolve({ status, type, headers: answered, text, milliseconds: performance.now() - began });
        } catch (error) {
          reject(error);
        }
      });
      outgoing.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A request as a line for a shell. */
export function curl(url: string, { caller, method, path, headers, body }: GeneratedRequest): string {
  const quoted = (text: string) =>
    `$'${text.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\u0000', '\\x00')}'`;
  const header = Object.entries({ ...(body && { 'content-type': body.type }), ...headers });
  return [
    `curl -i -X ${method} ${quoted(url + path)}`,
    ...(caller === 'nobody' ? [] : [`-H "Authorization: Bearer $TOKEN_OF_${caller.toUpperCase()}"`]),
    ...header.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body.text)}`]),
  ].join(' ');
}
