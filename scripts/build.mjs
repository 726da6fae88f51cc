// `npm run build`: the packages, from their sources.
import { ensureBuilt, ensureInstalled, main } from './prepare.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
