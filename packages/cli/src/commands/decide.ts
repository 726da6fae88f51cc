import type { DenialCode, ReviewDecision } from '@vetted/client';
import { Argument, type Command, Option } from 'commander';
import { countingNumber, guid, oneOf } from '../arguments.js';
import { confirm, somebodyToAsk } from '../confirm.js';
import { WrongUse } from '../errors.js';
import type { Io } from '../io.js';
import { print, printJson } from '../output.js';
import { details, subjectOf, summary } from '../review-view.js';
import { addTargetOptions, createClient, type TargetOptions } from '../target.js';
import { reviewerHelp } from './reviews.js';

const verdicts = ['approve', 'deny'] as const;
type Verdict = (typeof verdicts)[number];

/** Written out here: the contract's schemas take a quarter of a second to load. The type keeps the list whole. */
const denialCodes = Object.keys({
  NotAnEducationCustomer: true,
  NoLongerAnEducationCustomer: true,
  NotAnEducationCustomerAfterReview: true,
  RestrictedBeingAnEducationCustomer: true,
  NotAnAcademicDomain: true,
  NotAnEligibleLibrary: true,
  NotAnEligibleMuseum: true,
  Other: true,
} satisfies Record<DenialCode, true>) as DenialCode[];

interface DecideOptions extends TargetOptions {
  readonly reasonCode?: DenialCode;
  readonly reason?: string;
  readonly note?: string;
  readonly ifVersion?: number;
  readonly yes?: true;
  readonly json?: true;
}

const decideHelp = `
Examples:
  $ npx vetted decide 11111111-2222-4333-8444-555555555555 approve
  $ npx vetted decide 11111111-2222-4333-8444-555555555555 deny \\
      --reason-code NotAnAcademicDomain --note 'The domain is a shop.'

It shows the review and asks before it decides, and decides only what it has
shown. With --yes it does neither; then --if-version says which version was
seen.
${reviewerHelp}`;

/** `vetted decide`: a reviewer's decision. */
export function addDecideCommand(program: Command, io: Io): void {
  const command = program
    .command('decide')
    .summary('approve or deny a review')
    .description('Approves or denies a review of the vetting desk. The first decision stands.')
    .argument('<review-id>', 'a GUID, as vetted reviews shows it', guid("A review's id"))
    .addArgument(new Argument('<decision>', 'what is decided').choices(verdicts).argParser(oneOf(verdicts)))
    .addOption(
      new Option('--reason-code <code>', 'why it is denied').choices(denialCodes).argParser(oneOf(denialCodes)),
    )
    .option('--reason <text>', "what the partner is told; the code's own text when absent. Other needs it")
    .option('--note <text>', 'for reviewers only')
    .option('--if-version <n>', 'only if this is still its version', countingNumber)
    .option('--yes', 'do not ask')
    .option('--json', 'print the decided review as JSON')
    .addHelpText('after', decideHelp);
  addTargetOptions(command).action((id: string, verdict: Verdict, options: DecideOptions) =>
    decide(id, verdict, options, io),
  );
}

async function decide(id: string, verdict: Verdict, options: DecideOptions, io: Io): Promise<void> {
  const decision = decisionOf(verdict, options);
  if (!options.yes) somebodyToAsk(io, 'Nothing was decided.');
  const client = await createClient(io, options, 'reviewer');
  let version = options.ifVersion;
  if (!options.yes) {
    const review = await client.vetting.reviews.get(id);
    io.stderr.write(`${details(review, io.stderr)}\n\n`);
    const text = `${verdict === 'approve' ? 'Approve' : 'Deny'} ${subjectOf(review)}?`;
    await confirm(io, { text, otherwise: 'Nothing was decided.' });
    version ??= review.version;
  }
  const decided = await client.vetting.reviews.decide(
    id,
    decision,
    version === undefined ? {} : { ifVersion: version },
  );
  if (options.json) printJson(io, decided);
  else print(io, summary(decided, io.stdout));
}

function decisionOf(verdict: Verdict, { reasonCode, reason, note }: DecideOptions): ReviewDecision {
  const noted = note === undefined ? {} : { note };
  if (verdict === 'approve') {
    if (reasonCode !== undefined || reason !== undefined) {
      throw new WrongUse('--reason-code and --reason go with deny: the partner of an approval is told no reason.');
    }
    return { decision: 'Approved', ...noted };
  }
  if (reasonCode === undefined) throw new WrongUse(`deny needs a --reason-code: one of ${denialCodes.join(', ')}.`);
  if (reasonCode === 'Other' && reason === undefined) {
    throw new WrongUse('--reason-code Other needs a --reason: it is what the partner reads.');
  }
  return { decision: 'Denied', reasonCode, ...(reason === undefined ? {} : { reason }), ...noted };
}
