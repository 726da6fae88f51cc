// What `npm run api` writes, and the tests compare with.
import { readApi } from './api-model.mjs';
import { referencePage } from './api-reference.mjs';
import { missingDocumentation } from './api-rules.mjs';

/**
 * The files about the client's public API as they should be, by their paths, and what is wrong with its docstrings.
 * @returns {Promise<{ files: Record<string, string>, problems: string[] }>}
 */
export async function writtenApi() {
  const api = await readApi();
  return {
    files: { 'packages/client/api/client.api.md': api.report, 'docs/api.md': referencePage(api) },
    problems: [...api.problems, ...missingDocumentation(api)],
  };
}
