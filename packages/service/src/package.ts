import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of this package, seen alike from the sources, from what is built and from the bundle. */
export const packageFolder = fileURLToPath(new URL('..', import.meta.url));

const manifest = JSON.parse(readFileSync(`${packageFolder}package.json`, 'utf8')) as { version: string };

/** The version of this package. */
export const version = manifest.version;
