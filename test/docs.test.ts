import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every Markdown page of the project. */
const pages = ['.', 'docs', 'bench', 'packages/client'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, folder, name)),
);

const sources = ['contract', 'client', 'service', 'cli'].flatMap((name) =>
  readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(root, 'packages', name, 'src', file)),
);

interface Block {
  readonly file: string;
  readonly code: string;
}

/** The TypeScript blocks of a page, or of a source file's docstrings. */
function typescriptBlocks(file: string): Block[] {
  const text = readFileSync(file, 'utf8').replaceAll(/^ *\* ?/gm, (star) => (file.endsWith('.ts') ? '' : star));
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => ({ file, code }));
}

describe('the documents', () => {
  it('show TypeScript that compiles, in pages and in docstrings', async () => {
    const blocks = [...pages, ...sources].flatMap(typescriptBlocks);
    expect(blocks.length).toBeGreaterThan(5);
    expect(await compile(blocks)).toEqual([]);
  });

  it('link to files that are there', () => {
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(dirname(page), target)))
        .map((target) => `${relative(root, page)} links to ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('link to headings that are there', () => {
    const anchors = new Map<string, Set<string>>();
    const has = (page: string, anchor: string) => {
      const known = anchors.get(page) ?? anchorsOf(page);
      anchors.set(page, known);
      return known.has(anchor);
    };
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/(?:\]\(|href=")(?!https?:)([^)#\s"]*)#([^)\s"]+)/g)]
        .filter(([, path = '', anchor = '']) => {
          const target = path === '' ? page : join(dirname(page), path);
          return target.endsWith('.md') && existsSync(target) && !has(target, anchor);
        })
        .map(([link]) => `${relative(root, page)} links to ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

/** What GitHub makes of each heading of a page, to link to it. */
function anchorsOf(page: string): Set<string> {
  const text = readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const earlier = [...anchors].filter((anchor) => anchor.replace(/-\d+$/, '') === slug).length;
    anchors.add(earlier === 0 ? slug : `${slug}-${earlier}`);
  }
  return anchors;
}

/** Compiles each block as a module of its own, inside the workspace so that imports find its packages. */
async function compile(blocks: readonly Block[]): Promise<string[]> {
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'documents-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.base.json'),
        compilerOptions: {
          composite: false,
          noEmit: true,
          types: ['node'],
          lib: ['es2023', 'dom'],
          typeRoots: [join(root, 'node_modules/@types')],
        },
        include: ['*.ts'],
      }),
    );
    await Promise.all(blocks.map(({ code }, index) => writeFile(join(folder, `${index}.ts`), `${code}\nexport {};\n`)));
    const output = await run(join(root, 'node_modules/typescript/bin/tsc'), ['-p', folder, '--pretty', 'false']);
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        line.replace(/^.*?(\d+)\.ts/, (_, index) => `${relative(root, blocks[Number(index)]?.file ?? '')} block`),
      );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(script: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...parameters], { cwd: root }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
