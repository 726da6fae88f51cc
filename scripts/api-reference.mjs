// Writes docs/api.md: the client's reference on one page, from its docstrings.
import { ApiItemKind } from '@microsoft/api-extractor-model';
import {
  anchorOf,
  blocksOf,
  cell,
  codeCell,
  declarationOf,
  headingOf,
  markdownOf,
  microsoftUrl,
  typeOf,
} from './api-text.mjs';

const INTRODUCTION = `# API reference

<!-- Written by \`npm run api\` from the docstrings in packages/client/src: change them, not this page. -->

Everything that \`@vetted/client\` exports. [The client](client.md) tells how it works together,
[recipes](recipes.md) are short programs that use it, and
[From the .NET SDK](migrating-from-dotnet.md) finds each of its calls here.`;

const { Class, Function: Func, Interface, Method, MethodSignature, TypeAlias, Variable } = ApiItemKind;
const isMethod = ({ kind }) => kind === Method || kind === MethodSignature;
const isError = ({ displayName }) => displayName.includes('Error');
const hasMethods = (item) => item.members.some(isMethod);

/** The groups of the page, in order; an export stands in the first that takes it. */
const groups = [
  ['Errors', (item) => isError(item)],
  ['Classes', ({ kind }) => kind === Class],
  ['Operations', (item) => item.kind === Interface && hasMethods(item)],
  ['Functions', ({ kind }) => kind === Func],
  ['Options', ({ displayName }) => displayName.endsWith('Options')],
  ['Data', ({ kind }) => kind === Interface || kind === Variable],
  ['Types', ({ kind }) => kind === TypeAlias],
];
const order = ['Classes', 'Operations', 'Functions', 'Options', 'Data', 'Types', 'Errors'];

/** The whole page. */
export function referencePage({ report, entryPoint }) {
  const grouped = groupsOf(entryPoint.members);
  const sections = order.filter((name) => grouped.has(name)).map((name) => ({ name, items: grouped.get(name) }));
  const others = reExports(report);
  return `${[
    INTRODUCTION,
    contents(sections, others),
    ...sections.flatMap(({ name, items }) => [`## ${name}`, ...items.map(exportOf)]),
    '## From other packages',
    'Exported again, so that a program need not depend on the package that they come from.',
    others.map(({ symbol, from }) => `- [\`${symbol}\`](${microsoftUrl(from, symbol)}) of \`${from}\``).join('\n'),
  ].join('\n\n')}\n`;
}

function groupsOf(items) {
  const grouped = new Map();
  for (const item of items) {
    const [name] = groups.find(([, takes]) => takes(item)) ?? [];
    if (name === undefined) throw new Error(`${item.displayName}, a ${item.kind}, has no place in the reference.`);
    grouped.set(name, [...(grouped.get(name) ?? []), item]);
  }
  return grouped;
}

/** The report says what is exported again; the model leaves it out. */
function reExports(report) {
  const names = [...report.matchAll(/^export \{ (\w+) \}$/gm)].map(([, name]) => name);
  return names.map((symbol) => {
    const [, from] = new RegExp(`^import (?:type )?\\{ ${symbol} \\} from '(.+)';$`, 'm').exec(report) ?? [];
    return { symbol, from };
  });
}

function contents(sections, others) {
  const lists = sections.map(({ name, items }) =>
    [`**[${name}](#${anchorOf(name)})**`, items.map((item) => `- ${entryOf(item)}`).join('\n')].join('\n\n'),
  );
  const last = `**[From other packages](#from-other-packages)**: ${others.map(({ symbol }) => `\`${symbol}\``).join(', ')}`;
  return ['## Contents', ...lists, last].join('\n\n');
}

function entryOf(item) {
  const summary = markdownOf(item.tsdocComment?.summarySection, item).replaceAll('\n', ' ');
  const [sentence] = /^.*?[.:](?=\s|$)/.exec(summary) ?? [summary];
  return `[\`${item.displayName}\`](#${anchorOf(headingOf(item))}): ${sentence.replace(/:$/, '.')}`;
}

function exportOf(item) {
  const rows = item.members.filter((member) => !isMethod(member) && member.kind !== ApiItemKind.Constructor);
  const constructors = item.members.filter(({ kind }) => kind === ApiItemKind.Constructor);
  return [
    `### ${headingOf(item)}`,
    ...documentation(item),
    ...constructors.flatMap(documentation),
    ...(rows.length === 0 ? [] : [tableOf(rows)]),
    ...item.members.filter(isMethod).flatMap((method) => [`#### ${headingOf(method)}`, ...documentation(method)]),
  ].join('\n\n');
}

/** Declaration, text, parameters, sources and examples of one item. */
function documentation(item) {
  const { tsdocComment: comment } = item;
  return [
    signatureOf(item),
    markdownOf(comment?.summarySection, item),
    markdownOf(comment?.remarksBlock?.content, item),
    parametersOf(item),
    comment?.returnsBlock === undefined ? '' : `**Returns** ${markdownOf(comment.returnsBlock.content, item)}`,
    ...blocksOf(item, 'throws').map((text) => `**Throws** ${text}`),
    blocksOf(item, 'see').map(sourceOf).join('<br>\n'),
    ...blocksOf(item, 'example'),
  ].filter((block) => block !== '');
}

/** Of a class or an interface, the heading and the table say as much, unless it extends another. */
function signatureOf(item) {
  const declaration = declarationOf(item);
  return /^(interface|class) \w+$/.test(declaration) ? '' : `\`\`\`typescript\n${declaration}\n\`\`\``;
}

function parametersOf(item) {
  const { params } = item.tsdocComment ?? { params: { blocks: [] } };
  return params.blocks
    .map(({ parameterName, content }) => `- \`${parameterName}\`: ${cell(markdownOf(content, item))}`)
    .join('\n');
}

/** `See Get a list of customers (Microsoft)`, linked. */
function sourceOf(url) {
  const [, slug] = /^https:\/\/learn\.microsoft\.com\/\S*?([^/\s]+)$/.exec(url) ?? [];
  if (slug === undefined) return /^https:\S+$/.test(url) ? `See <${url}>.` : `See ${url}`;
  const words = slug.replaceAll('-', ' ').replaceAll(/\b(mfa|api|id)\b/g, (word) => word.toUpperCase());
  const title = words.replaceAll('partner center', 'Partner Center');
  return `Microsoft: [${title.charAt(0).toUpperCase()}${title.slice(1)}](${url}).`;
}

function tableOf(rows) {
  return ['| Member | Type | |', '| --- | --- | --- |', ...rows.map(rowOf)].join('\n');
}

function rowOf(item) {
  const text = [markdownOf(item.tsdocComment?.summarySection, item), ...blocksOf(item, 'see').map(sourceOf)];
  // A property of a constant value, such as an error's name, has the value in place of a type.
  const type = item.propertyTypeExcerpt?.isEmpty ? item.initializerExcerpt : item.propertyTypeExcerpt;
  const name = item.displayName === '' ? item.kind : `${item.displayName}${item.isOptional ? '?' : ''}`;
  return `| ${codeCell(name)} | ${typeOf(type ?? item.excerpt, item)} | ${cell(text.filter((part) => part !== '').join('\n\n'))} |`;
}
