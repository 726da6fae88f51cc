import type { ListReviewsOptions, VettingStatus } from '@vetted/client';
import { type Command, Option } from 'commander';
import { countingNumber, guid, oneOf } from '../arguments.js';
import { confirm, somebodyToAsk } from '../confirm.js';
import { WrongUse } from '../errors.js';
import type { Io } from '../io.js';
import { print, printJson } from '../output.js';
import { details, queue, subjectOf, summary } from '../review-view.js';
import { addTargetOptions, createClient, type TargetOptions } from '../target.js';

const statuses = ['InReview', 'Approved', 'Denied', 'all'] as const satisfies readonly (VettingStatus | 'all')[];
const sorts = [
  'dueAt',
  '-dueAt',
  'submittedAt',
  '-submittedAt',
  'companyName',
  '-companyName',
] as const satisfies readonly ListReviewsOptions['sort'][];
const MAX_PAGE_SIZE = 500;

interface JsonOption {
  readonly json?: true;
}

interface ListOptions extends TargetOptions, JsonOption {
  readonly status: VettingStatus | 'all';
  readonly partner?: string;
  readonly search?: string;
  readonly sort: (typeof sorts)[number];
  readonly limit?: number;
}

interface ReopenOptions extends TargetOptions, JsonOption {
  readonly reason: string;
  readonly ifVersion?: number;
  readonly yes?: true;
}

/** Who reviews. */
export const reviewerHelp = `
Against the sandbox, its sample reviewer asks; elsewhere the signed-in user
needs the role Vetting.Review of the operator's tenant. Partner Center has no
desk.`;

/** `vetted reviews`: the vetting desk. */
export function addReviewsCommand(program: Command, io: Io): void {
  const command = program
    .command('reviews')
    .enablePositionalOptions()
    .summary('list the reviews of the vetting desk')
    .description('Lists the reviews of the vetting desk, the oldest due date first; ! marks what is overdue.')
    .addOption(
      new Option('--status <status>', 'only reviews in this status')
        .choices(statuses)
        .argParser(oneOf(statuses))
        .default('InReview'),
    )
    .option('--partner <tenant-id>', 'only reviews of this partner', guid("A partner's tenant id"))
    .option('--search <text>', 'part of a company name or domain, or a whole customer tenant id')
    .addOption(
      new Option('--sort <order>', 'a hyphen turns it round').choices(sorts).argParser(oneOf(sorts)).default('dueAt'),
    )
    .option('--limit <n>', 'no more than so many', countingNumber)
    .option('--json', 'print them as one JSON array')
    .addHelpText(
      'after',
      `
Examples:
  $ npx vetted reviews
  $ npx vetted reviews --status all --search litware
  $ npx vetted reviews show 11111111-2222-4333-8444-555555555555
${reviewerHelp}`,
    );
  addTargetOptions(command).action((options: ListOptions) => list(options, io));
  addShowCommand(command, io);
  addReopenCommand(command, io);
}

function addShowCommand(reviews: Command, io: Io): void {
  const command = reviews
    .command('show')
    .description('Shows a review with every step of its qualification, and what only reviewers may know.')
    .argument('<review-id>', 'a GUID, as the list shows it', guid("A review's id"))
    .option('--json', 'print it as JSON, with the customer and earlier requests')
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted reviews show 11111111-2222-4333-8444-555555555555
${reviewerHelp}`,
    );
  addTargetOptions(command).action((id: string, options: TargetOptions & JsonOption) => show(id, options, io));
}

function addReopenCommand(reviews: Command, io: Io): void {
  const command = reviews
    .command('reopen')
    .description('Takes an approval back. The partner reads "No longer an Education Customer".')
    .argument('<review-id>', 'a GUID, as the list shows it', guid("A review's id"))
    .requiredOption('--reason <text>', 'why, for reviewers only')
    .option('--if-version <n>', 'only if this is still its version', countingNumber)
    .option('--yes', 'do not ask')
    .option('--json', 'print the review as JSON')
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted reviews reopen 11111111-2222-4333-8444-555555555555 \\
      --reason 'The school has closed.'
${reviewerHelp}`,
    );
  addTargetOptions(command).action((id: string, options: ReopenOptions) => reopen(id, options, io));
}

async function list({ json, limit = Number.POSITIVE_INFINITY, ...options }: ListOptions, io: Io): Promise<void> {
  if (options.search === '') throw new WrongUse('--search: is empty. Give it a text or leave it out.');
  const client = await createClient(io, options, 'reviewer');
  const pages = client.vetting.reviews.list(queryOf(options, limit)).byPage();
  const found = [];
  let shown = 0;
  // A page at a time: the first reviews of many show at once.
  for await (const page of pages) {
    const some = page.slice(0, limit - shown);
    if (json) found.push(...some);
    else if (some.length > 0) print(io, queue(some, shown === 0, io.stdout));
    shown += some.length;
    if (shown < limit) continue;
    if (page.totalCount !== undefined && page.totalCount > shown) {
      io.stderr.write(`${shown} of ${page.totalCount} reviews are shown.\n`);
    }
    break;
  }
  if (json) printJson(io, found);
  else if (shown === 0) print(io, 'There are no such reviews.');
}

function queryOf({ status, partner, search, sort }: ListOptions, limit: number): ListReviewsOptions {
  return {
    sort,
    ...(status === 'all' ? {} : { status }),
    ...(partner === undefined ? {} : { partner }),
    ...(search === undefined ? {} : { search }),
    ...(limit <= MAX_PAGE_SIZE ? { pageSize: limit } : {}),
  };
}

async function show(id: string, { json, ...options }: TargetOptions & JsonOption, io: Io): Promise<void> {
  const client = await createClient(io, options, 'reviewer');
  const review = await client.vetting.reviews.get(id);
  if (json) printJson(io, review);
  else print(io, details(review, io.stdout));
}

async function reopen(id: string, { json, yes, reason, ifVersion, ...options }: ReopenOptions, io: Io): Promise<void> {
  if (!yes) somebodyToAsk(io, 'Nothing was taken back.');
  const client = await createClient(io, options, 'reviewer');
  let version = ifVersion;
  if (!yes) {
    const review = await client.vetting.reviews.get(id);
    io.stderr.write(`${summary(review, io.stderr)}\n`);
    const text = `Take the approval of ${subjectOf(review)} back?`;
    await confirm(io, { text, otherwise: 'Nothing was taken back.' });
    version ??= review.version;
  }
  const changed = await client.vetting.reviews.reopen(id, reason, version === undefined ? {} : { ifVersion: version });
  if (json) printJson(io, changed);
  else print(io, summary(changed, io.stdout));
}
