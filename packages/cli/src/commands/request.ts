import type { EducationSegment, PartnerCenterClient, Qualification, QualificationName } from '@vetted/client';
import { type Command, Option } from 'commander';
import { customerTenantId, named } from '../arguments.js';
import { codeFromStdin, readCode } from '../code-input.js';
import { confirm } from '../confirm.js';
import { Failure, WrongUse } from '../errors.js';
import { untilInterrupted } from '../interrupt.js';
import type { Io } from '../io.js';
import { fields, print, printableLine, printJson } from '../output.js';
import { tableOfOne } from '../qualification-table.js';
import { recorder } from '../recorder.js';
import { inWordsOfTheCommandLine } from '../service-words.js';
import { addTargetOptions, createClient } from '../target.js';
import { lacksRoute } from '../vetted-only.js';
import { addWaitingOptions, finishWaiting, paceOf, type WaitingOptions, waitCommand, waitingHelp } from '../waiting.js';
import { qualificationArgument, segmentChoices, segmentNamed } from './qualification-names.js';

const NOTHING_REQUESTED = 'Nothing was requested.';

interface RequestOptions extends WaitingOptions {
  readonly segment?: EducationSegment;
  readonly website?: string;
  readonly code?: string;
  readonly yes?: true;
  readonly wait?: true;
}

interface Request {
  readonly qualification: QualificationName;
  readonly educationSegment?: EducationSegment;
  readonly website?: string;
  readonly validationCode?: string;
}

const requestHelp = `
Where the service is a Vetted, it is asked first what would become of the
request. What would be refused is not requested (exit code 1). Where there are
warnings, you are asked; without a terminal nothing is requested then (exit code
2) unless --yes was given. Partner Center offers no such check: the request is
made at once.

Against the sandbox, its sample agent requests; elsewhere the signed-in user
does, who must have passed multi-factor authentication.

Exit codes with --wait:
  ${waitingHelp}

Examples:
  $ npx vetted request 71b473d5-c4a2-4381-82e5-809403c2d108 education \\
      --segment k12 --website approved.example.edu --wait
  $ npx vetted request 60a362c4-b391-4270-91d4-7f8392b1c007 gcc --code 12345
  $ npx vetted request 60a362c4-b391-4270-91d4-7f8392b1c007 gcc --code - < code.txt
  $ npx vetted request 60a362c4-b391-4270-91d4-7f8392b1c007 state-owned`;

/** `vetted request`: requests a qualification for a customer. */
export function addRequestCommand(program: Command, io: Io): void {
  const command = program
    .command('request')
    .summary('request a qualification for a customer')
    .description('Requests a qualification for a customer. Education is vetted, which takes days; the others are not.')
    .argument('<customer-tenant-id>', 'the customer', customerTenantId)
    .addArgument(qualificationArgument())
    .addOption(
      new Option('--segment <segment>', 'with education: the kind of school')
        .choices(segmentChoices)
        .argParser(named(segmentNamed, segmentChoices)),
    )
    .option('--website <host>', "with education: the customer's website")
    .option('--code <code>', `with gcc: a validation code, as vetted codes lists them; ${codeFromStdin}`)
    .option('--yes', 'do not ask, also where there are warnings')
    .option('--wait', 'wait for the decision');
  addWaitingOptions(command)
    .option('--json', 'print the qualification as a JSON object, as the service sent it; with --wait the decided one')
    .addHelpText('after', requestHelp);
  addTargetOptions(command).action((customerId: string, name: QualificationName, options: RequestOptions) =>
    request(customerId, name, options, io),
  );
}

async function request(customerId: string, name: QualificationName, options: RequestOptions, io: Io): Promise<void> {
  if (!options.wait && (options.timeout !== undefined || options.interval !== undefined)) {
    throw new WrongUse('--timeout and --interval go with --wait.');
  }
  const body = await withCodeRead(requestOf(name, options), io);
  const client = await createClient(io, options, 'agent');
  await check(client, customerId, body, options, io);
  if (options.wait) await requestAndWait(client, customerId, body, options, io);
  else await requestOnly(client, customerId, body, options, io);
}

/** What belongs to the qualification; that a value is right, the service says. */
function requestOf(name: QualificationName, { segment, website, code }: RequestOptions): Request {
  const isEducation = name === 'Education';
  if (isEducation && segment === undefined) throw new WrongUse('education needs --segment k12 or --segment higher.');
  if (name === 'GovernmentCommunityCloud' && code === undefined) {
    throw new WrongUse('gcc needs --code, a validation code: npx vetted codes lists them.');
  }
  if (!isEducation && (segment !== undefined || website !== undefined)) {
    throw new WrongUse('--segment and --website go with education only.');
  }
  if (name !== 'GovernmentCommunityCloud' && code !== undefined) throw new WrongUse('--code goes with gcc only.');
  return {
    qualification: name,
    ...(segment === undefined ? {} : { educationSegment: segment }),
    ...(website === undefined ? {} : { website }),
    ...(code === undefined ? {} : { validationCode: code }),
  };
}

async function withCodeRead(request: Request, io: Io): Promise<Request> {
  const { validationCode } = request;
  return validationCode === undefined ? request : { ...request, validationCode: await readCode(validationCode, io) };
}

/** Shows what the service would say to the request, and asks where it would only warn. */
async function check(
  client: PartnerCenterClient,
  customerId: string,
  body: Request,
  { yes }: RequestOptions,
  io: Io,
): Promise<void> {
  const preflight = await client.vetting.preflight(customerId, body).catch(async (error: unknown) => {
    if (await lacksRoute(error)) return undefined;
    throw error;
  });
  if (preflight === undefined || preflight.findings.length === 0) return;
  const { eligible, findings, attemptsRemaining } = preflight;
  const lines = findings.map(
    ({ severity, message, code }) =>
      [printableLine(severity), `${inWordsOfTheCommandLine(message)} (${code})`] as const,
  );
  io.stderr.write(`${fields(io.stderr, lines)}\n`);
  if (!eligible) throw new Failure(`${NOTHING_REQUESTED} The service would refuse it.`);
  if (yes) return;
  const text = `Request ${body.qualification} anyway?${costOf(attemptsRemaining)}`;
  await confirm(io, { text, otherwise: NOTHING_REQUESTED });
}

function costOf(attemptsRemaining: number | undefined): string {
  if (attemptsRemaining === undefined) return '';
  return attemptsRemaining === 1
    ? ' It takes the last attempt.'
    : ` It takes one of ${attemptsRemaining} attempts that are left.`;
}

async function requestOnly(
  client: PartnerCenterClient,
  customerId: string,
  body: Request,
  options: RequestOptions,
  io: Io,
): Promise<void> {
  const { onResponse, body: sent } = recorder();
  const created = await client.customers.byId(customerId).qualification.createQualifications(body, { onResponse });
  if (options.json) return printJson(io, sent());
  print(io, tableOfOne([created], io));
  if (isOpen(created)) {
    io.stderr.write(`Wait for the decision with: ${waitCommand({ customerId, ...body }, options)}\n`);
  }
}

async function requestAndWait(
  client: PartnerCenterClient,
  customerId: string,
  body: Request,
  options: RequestOptions,
  io: Io,
): Promise<void> {
  await untilInterrupted(async (interrupted) => {
    const { qualification } = client.customers.byId(customerId);
    const poller = qualification.beginCreateQualifications(body, paceOf(options));
    // Ctrl-C meanwhile stops only what comes after: whether it was requested must be known.
    await poller.submitted();
    io.stderr.write(`${body.qualification} is requested. Ctrl-C stops waiting for the decision, not the vetting.\n`);
    await finishWaiting(poller, { customerId, ...body }, options, interrupted, io);
  });
}

function isOpen({ vettingStatus }: Qualification): boolean {
  return vettingStatus === 'InReview';
}
