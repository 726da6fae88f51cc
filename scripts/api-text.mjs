// Writes docstrings and declarations of the API model as Markdown.
import { ApiItemKind, ExcerptTokenKind } from '@microsoft/api-extractor-model';
import { DocNodeKind } from '@microsoft/tsdoc';

/** The kinds of members that have a heading of their own. */
const headed = new Set([ApiItemKind.Method, ApiItemKind.MethodSignature]);

/** The text of a heading. */
export function headingOf(item) {
  return headed.has(item.kind) ? `${item.parent.displayName}.${item.displayName}` : item.displayName;
}

/** What GitHub makes of a heading, to link to it. */
export function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** The anchor under which an item stands: its own heading's, or that of the export which it is part of. */
function anchorFor(item) {
  const hasHeading = headed.has(item.kind) || item.parent.kind === ApiItemKind.EntryPoint;
  return `#${anchorOf(headingOf(hasHeading ? item : item.parent))}`;
}

/** The Markdown of a docstring's section; empty where there is none. `item` is what its links are relative to. */
export function markdownOf(section, item) {
  return section === undefined
    ? ''
    : textOf(section, item)
        .replaceAll(/\n{3,}/g, '\n\n')
        .trim();
}

/** The blocks of a docstring with one tag, each as Markdown. */
export function blocksOf(item, tag) {
  const { tsdocComment: comment } = item;
  if (comment === undefined) return [];
  return [...comment.seeBlocks, ...comment.customBlocks]
    .filter(({ blockTag }) => blockTag.tagNameWithUpperCase === `@${tag.toUpperCase()}`)
    .map(({ content }) => markdownOf(content, item));
}

function textOf(node, item) {
  switch (node.kind) {
    case DocNodeKind.PlainText:
      return node.text;
    case DocNodeKind.SoftBreak:
      return '\n';
    case DocNodeKind.EscapedText:
      return node.encodedText;
    case DocNodeKind.ErrorText:
      return node.text;
    case DocNodeKind.CodeSpan:
      return `\`${node.code}\``;
    case DocNodeKind.FencedCode:
      return `\`\`\`${node.language}\n${node.code.replace(/\n$/, '')}\n\`\`\`\n\n`;
    case DocNodeKind.LinkTag:
      return linkOf(node, item);
    case DocNodeKind.Paragraph:
      return `${childrenOf(node, item)}\n\n`;
    case DocNodeKind.Section:
      return childrenOf(node, item);
    default:
      throw new Error(`${item.displayName}: its docstring has a ${node.kind}, which the reference cannot show.`);
  }
}

function childrenOf(node, item) {
  return node
    .getChildNodes()
    .map((child) => textOf(child, item))
    .join('');
}

function linkOf({ codeDestination, urlDestination, linkText }, item) {
  if (codeDestination === undefined) return `[${linkText ?? urlDestination}](${urlDestination})`;
  const { resolvedApiItem: target } = item.getAssociatedModel().resolveDeclarationReference(codeDestination, item);
  // API Extractor says so, and the page waits until it is mended.
  if (target === undefined) return linkText ?? `\`${codeDestination.emitAsTsdoc()}\``;
  return `[${linkText ?? `\`${headingOf(target)}\``}](${anchorFor(target)})`;
}

/** A declaration as it stands in a `.d.ts` file, its members left out; long unions have a line an alternative. */
export function declarationOf(item) {
  const text = item.excerpt.text.replace(/^export (declare )?/, '').trimEnd();
  const union = /^type \w+ = (?=[^({]*$)/.exec(text)?.[0];
  if (union === undefined || text.length <= 100) return text;
  const alternatives = text.slice(union.length).replace(/;$/, '').split(' | ');
  return `${union.trimEnd()}\n${alternatives.map((one) => `  | ${one}`).join('\n')};`;
}

/** A type for a table's cell: what it names is linked. */
export function typeOf(excerpt, item) {
  const model = item.getAssociatedModel();
  const parts = excerpt.spannedTokens.map(({ kind, text, canonicalReference }) => {
    const shown = escapeHtml(text.replaceAll(/\s+/g, ' '));
    const target = kind === ExcerptTokenKind.Reference && urlOf(model, canonicalReference);
    return target ? `<a href="${target}">${shown}</a>` : shown;
  });
  const plain = excerpt.text.replaceAll(/\s+/g, ' ');
  return parts.some((part) => part.startsWith('<a ')) ? `<code>${parts.join('')}</code>` : codeCell(plain);
}

function urlOf(model, reference) {
  const { resolvedApiItem: target } = model.resolveDeclarationReference(reference, undefined);
  if (target !== undefined) return anchorFor(target);
  const [, name, symbol] = /^(@azure\/[\w-]+)!(\w+)/.exec(reference.toString()) ?? [];
  return name && microsoftUrl(name, symbol);
}

/** Where Microsoft documents an export of one of its packages. */
export function microsoftUrl(packageName, symbol) {
  return `https://learn.microsoft.com/javascript/api/${packageName}/${symbol.toLowerCase()}`;
}

/** Text as code in a table's cell. */
export function codeCell(text) {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** A docstring's Markdown on the one line that a table's cell has. */
export function cell(markdown) {
  return markdown
    .replaceAll(/\n{2,}/g, '<br>')
    .replaceAll('\n', ' ')
    .replaceAll('|', '\\|');
}

function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('|', '&#124;');
}
