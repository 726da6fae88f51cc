import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of Partner Center, played as it stands; `hang` sends headers and then nothing, `cut` drops the connection. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  fault?: 'hang' | 'cut' | 'silence';
}

/** A request as it arrived. */
export interface Received {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Replaces what is still to be played. The last answer is played again and again. */
  play(...answers: Answer[]): void;
  /** Answers each request as the function says, until something is played. */
  answerBy(answer: (request: Received) => Answer | Promise<Answer>): void;
}

/** Partner Center's side: documented answers, in the order of the script, on a free port of this machine. */
export async function startScriptedServer(...script: Answer[]): Promise<ScriptedServer> {
  const received: Received[] = [];
  const played = (answers: Answer[]) => () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ?? { status: 500, body: 'The script has no answer.' };
  };
  let answerTo: (request: Received) => Answer | Promise<Answer> = played(script);
  const server = createServer(async (request, response) => {
    const arrived = await readRequest(request);
    received.push(arrived);
    give(response, await answerTo(arrived));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    play(...next) {
      answerTo = played(next);
      received.length = 0;
    },
    answerBy(answer) {
      answerTo = answer;
      received.length = 0;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
}

function give(response: ServerResponse, { status = 200, headers = {}, body = '', fault }: Answer): void {
  if (fault === 'silence') return;
  if (fault === 'cut') {
    response.destroy();
  } else if (fault === 'hang') {
    response.writeHead(status, headers);
    response.write(body);
  } else {
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  }
}
