// `npm run api`: writes down what the client exports, as a report for reviewers and as a reference for readers.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureBuilt, ensureInstalled, Failure, main, root } from './prepare.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { writtenApi } = await import('./api-files.mjs');
  const { files, problems } = await writtenApi();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(`Wrote ${path}.`);
  }
  if (problems.length > 0) throw new Failure(`\nTo be mended in packages/client/src:\n${problems.join('\n')}`);
});
