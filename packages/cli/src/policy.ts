import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { VettingPolicy } from '@vetted/service';
import { WrongUse } from './errors.js';

/** A policy of the operator's own: the default export of an ES module. Whether it is one, the service checks. */
export async function loadPolicy(file: string): Promise<VettingPolicy> {
  const path = resolve(file);
  try {
    const { default: policy } = (await import(pathToFileURL(path).href)) as { default?: VettingPolicy };
    if (policy !== undefined) return policy;
  } catch (error) {
    throw new WrongUse(`--policy: ${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new WrongUse(`--policy: ${path} has no default export. Export the policy with "export default".`);
}
