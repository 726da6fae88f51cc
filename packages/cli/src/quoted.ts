import type { TargetOptions } from './target.js';

/** A text as a shell reads it back. */
export function quoted(text: string): string {
  return /^[\w./:~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command to type that asks the same service as these options do. */
export function commandLine(words: readonly string[], options: TargetOptions): string {
  const { partnerCenter, baseUrl, scope, cloud } = options;
  const where = Object.entries({ '--base-url': baseUrl, '--scope': scope, '--cloud': cloud }).flatMap(
    ([option, value]) => (value === undefined ? [] : [option, quoted(value)]),
  );
  return ['npx vetted', ...words, ...(partnerCenter ? ['--partner-center'] : []), ...where].join(' ');
}
