import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { Answer } from '@vetted/testkit';

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Sends the body in chunks of 64 kB instead of telling its length. */
  readonly chunked?: boolean;
}

const CHUNK_BYTES = 65_536;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a request as it is: no header added, and a path that no URL parser has touched. */
export function send(url: string, path: string, { method = 'GET', headers = {}, body, chunked }: RawRequest = {}) {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const { hostname, port } = new URL(url);
  return new Promise<Answer>((resolve, reject) => {
    const length = bytes === undefined || chunked ? {} : { 'content-length': String(bytes.length) };
    const outgoing = request(
      { hostname, port, path, method, agent, headers: { ...length, ...headers } },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve(toAnswer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString()));
      },
    );
    outgoing.once('error', reject);
    if (bytes === undefined || !chunked) {
      outgoing.end(bytes);
      return;
    }
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      outgoing.write(bytes.subarray(from, from + CHUNK_BYTES));
    }
    outgoing.end();
  });
}

/** Sends bytes, whatever they are, and reads what comes until the other side hangs up. */
export function exchange(url: string, bytes: string | Uint8Array): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => {
      try {
        resolve(parse(Buffer.concat(chunks).toString()));
      } catch (error) {
        reject(error);
      }
    });
    socket.write(bytes);
  });
}

/** Reads one answer; a second one after it would be taken for a part of its body and spoil it. */
function parse(bytes: string): Answer {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return toAnswer(Number(statusLine.split(' ')[1]), headers, bytes.slice(end + 4));
}

function toAnswer(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  const isJson = String(headers['content-type'] ?? headers['Content-Type']).startsWith('application/json');
  return {
    status,
    headers: new Headers(pairs),
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}
