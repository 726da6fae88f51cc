// `npm run bench`: what the service and the client cost, measured here and now. `npm run bench -- --help` lists options.
import { ensureBuilt, ensureInstalled, Failure, main, runTool } from './prepare.mjs';

await main(async (args) => {
  await ensureInstalled();
  await ensureBuilt();
  const exitCode = await runTool('typescript', 'tsc', ['-b', 'packages/testkit']);
  if (exitCode !== 0) throw new Failure('packages/testkit could not be built; the compiler says why above.');
  const bench = await import('../bench/main.mjs');
  return bench.main(args);
});
