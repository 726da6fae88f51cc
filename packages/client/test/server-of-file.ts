import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { type ScriptedServer, startScriptedServer } from './scripted-server.js';

/** One scripted server for all tests of a file. After each test, time and whatever was spied on are the real ones again. */
export function serverOfFile(): ScriptedServer {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  return {
    get url() {
      return server.url;
    },
    get received() {
      return server.received;
    },
    play: (...answers) => server.play(...answers),
    answerBy: (answer) => server.answerBy(answer),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
