// What every export of the client owes its readers: a docstring, and an example that shows it.
import { ApiItemKind, ExcerptTokenKind } from '@microsoft/api-extractor-model';
import { blocksOf, markdownOf } from './api-text.mjs';

const { Class, Function: Func, Method, MethodSignature } = ApiItemKind;
const isMethod = ({ kind }) => kind === Method || kind === MethodSignature;

/**
 * What is missing, a line each; empty where all is well. Every export and every member of one has a docstring. Every
 * function and class has an example, and every method of an interface has one too, or is called by its interface's.
 * What remains, data, options and their types, has an example, or is named by one, or by the declaration of something
 * that is shown.
 */
export function missingDocumentation({ entryPoint }) {
  const exported = [...entryPoint.members];
  const shown = shownExports(exported);
  return exported.flatMap((item) => [
    ...[item, ...item.members].filter(isUndocumented).map((one) => `${nameOf(one)} has no docstring.`),
    ...item.members.filter((member) => member.kind === MethodSignature && !isCalled(member)).map(needsExample),
    ...(isShown(item, shown) ? [] : [needsExample(item)]),
  ]);
}

function nameOf(item) {
  return item.parent.kind === ApiItemKind.EntryPoint
    ? item.displayName
    : `${item.parent.displayName}.${item.displayName}`;
}

function needsExample(item) {
  return `${nameOf(item)} has no @example.`;
}

function isUndocumented(item) {
  const summary = markdownOf(item.tsdocComment?.summarySection, item);
  // What API Extractor says of a constructor about which nobody said anything.
  return summary === '' || summary.startsWith('Constructs a new instance of the');
}

function isCalled(method) {
  const examples = blocksOf(method.parent, 'example').join('\n');
  return blocksOf(method, 'example').length > 0 || examples.includes(`${method.displayName}(`);
}

function isShown(item, shown) {
  if (item.kind === Func || item.kind === Class) return blocksOf(item, 'example').length > 0;
  return item.members.some(isMethod) || shown.has(item.displayName);
}

/** The names of all that an example shows: what has one, what one names, and what the declarations of these name. */
function shownExports(exported) {
  const examples = exported.flatMap((item) => [item, ...item.members].flatMap((one) => blocksOf(one, 'example')));
  const words = new Set(examples.join('\n').match(/\w+/g));
  const byName = new Map(exported.map((item) => [item.displayName, item]));
  const shown = new Set(exported.filter((item) => words.has(item.displayName) || hasExample(item)).map(nameOf));
  // A set's iteration goes on to what is added meanwhile.
  for (const name of shown) {
    const item = byName.get(name);
    for (const named of [item, ...item.members].flatMap(namesIn)) if (byName.has(named)) shown.add(named);
  }
  return shown;
}

function hasExample(item) {
  return [item, ...item.members].some((one) => blocksOf(one, 'example').length > 0);
}

function namesIn({ excerptTokens }) {
  return excerptTokens.filter(({ kind }) => kind === ExcerptTokenKind.Reference).map(({ text }) => text);
}
