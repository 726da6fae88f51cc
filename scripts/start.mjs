// `npm start`: the sandbox, on a machine that has nothing but git and Node.js.
import { ensureBuilt, ensureInstalled, main } from './prepare.mjs';

await main(async (args) => {
  await ensureInstalled();
  await ensureBuilt();
  stopWithNpm();
  const { run } = await import('../packages/cli/bundle/main.js');
  return run(['serve', '--sandbox', ...args]);
});

/** npm hands SIGTERM to the shell it started this with, and the shell does not hand it on. */
function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}
