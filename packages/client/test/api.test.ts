import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const script = (name: string) => import(new URL(`scripts/${name}`, root).href);

describe('the public API', () => {
  let written: { files: Record<string, string>; problems: string[] };

  beforeAll(async () => {
    const { writtenApi } = await script('api-files.mjs');
    written = await writtenApi();
  });

  it.each(['packages/client/api/client.api.md', 'docs/api.md'])('is what %s says', async (path) => {
    const stored = (await readFile(new URL(path, root), 'utf8')).replaceAll('\r\n', '\n');
    expect(stored, `The API has changed. If it should have, run "npm run api" and review ${path}.`).toBe(
      written.files[path],
    );
  });

  it('is documented whole, with examples, links that lead somewhere, and no type that is not exported', () => {
    expect(written.problems).toEqual([]);
  });
});

describe('the rules of documentation', () => {
  it('name each export and member without a docstring, and each call and value that no example shows', async () => {
    expect(await problemsOf(CARELESS)).toEqual([
      'Desk.open has no docstring.',
      'Desk.open has no @example.',
      'Drawer.(constructor) has no docstring.',
      'Drawer has no @example.',
      'Lamp has no docstring.',
      'Lamp has no @example.',
      'switchOn has no @example.',
    ]);
  });

  it('name links that lead nowhere and types that are not exported', async () => {
    const { problems } = await read(
      '/** Like {@link Chair}. */\nexport declare const desk: Wood;\ninterface Wood {}\nexport {};\n',
    );
    expect(problems).toEqual([
      expect.stringContaining('(ae-forgotten-export) The symbol "Wood" needs to be exported'),
      expect.stringContaining('(ae-unresolved-link)'),
    ]);
  });

  it('are met by an example that calls a method of its interface, and by what an example leads to', async () => {
    expect(await problemsOf(CAREFUL)).toEqual([]);
  });
});

async function read(declarations: string) {
  const { readDeclarations } = await script('api-model.mjs');
  return readDeclarations(async (dist: string) => {
    await mkdir(join(dist, 'esm'), { recursive: true });
    await writeFile(join(dist, 'esm/index.d.ts'), declarations);
  });
}

async function problemsOf(declarations: string): Promise<string[]> {
  const { missingDocumentation } = await script('api-rules.mjs');
  return missingDocumentation(await read(declarations));
}

const CARELESS = `/** A desk. */
export interface Desk {
  open(): void;
  /** Its width in millimetres. */
  width: number;
}
/** A drawer. */
export declare class Drawer {
  constructor(width: number);
}
export interface Lamp {
  /** Its light in lumen. */
  light: number;
}
/** Switches something on. */
export declare function switchOn(): void;
`;

const CAREFUL = `/**
 * A desk.
 * @example
 * \`\`\`ts
 * desk.open();
 * \`\`\`
 */
export interface Desk {
  /** Opens a drawer. */
  open(options?: OpenOptions): void;
}
/** Which drawer to open. */
export interface OpenOptions {
  /** The drawer. */
  drawer?: Drawer;
}
/** The drawers. */
export type Drawer = 'left' | 'right';
`;
