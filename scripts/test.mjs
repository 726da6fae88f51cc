// `npm test`: everything that must hold, the cheapest first. `npm test -- <arguments>` go to vitest.
import { ensureBuilt, ensureInstalled, Failure, main, runTool } from './prepare.mjs';

await main(async (args) => {
  await ensureInstalled();
  await ensureBuilt();
  await step('Types', 'typescript', 'tsc', ['-b']);
  // By itself it writes colours into files too, a pair of codes for every letter.
  await step('Lint', '@biomejs/biome', 'biome', ['ci', ...(process.stdout.isTTY ? [] : ['--colors=off'])]);
  await step('Tests', 'vitest', 'vitest', ['run', ...args]);
});

async function step(heading, packageName, command, args) {
  console.log(`\n── ${heading}: ${[command, ...args].join(' ')}`);
  const exitCode = await runTool(packageName, command, args);
  if (exitCode !== 0) throw new Failure(`\n${heading} failed.`, exitCode);
}
