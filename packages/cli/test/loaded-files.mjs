// Preloaded by loaded.test.ts: writes the name of each file that a process loads into the file that VETTED_LOADED names.
// Node.js runs it again on the thread of its hooks, which see what is imported; what is required stands in the cache.
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

export function load(url, context, nextLoad) {
  note([url]);
  return nextLoad(url, context);
}

function note(names) {
  appendFileSync(process.env.VETTED_LOADED, names.map((name) => `${name}\n`).join(''));
}

if (isMainThread) {
  register(import.meta.url);
  const { cache } = createRequire(import.meta.url);
  process.on('exit', () => note(Object.keys(cache)));
}
