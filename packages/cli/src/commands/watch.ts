import type { PartnerCenterClient, QualificationChange } from '@vetted/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Failure } from '../errors.js';
import { untilInterrupted } from '../interrupt.js';
import type { Io } from '../io.js';
import { jsonOf, oneLine, print, printableLine, styleStatus } from '../output.js';
import { secondOf } from '../qualification-table.js';
import { commandLine } from '../quoted.js';
import { complain } from '../report.js';
import { addTargetOptions, createClient, type TargetOptions } from '../target.js';
import { lacksRoute } from '../vetted-only.js';

interface WatchOptions extends TargetOptions {
  readonly since?: string;
  readonly json?: true;
}

const watchHelp = `
A line has the change's id, the time (UTC), the customer tenant id, the
qualification, its status before and after, and why it was denied. An
interrupted connection is taken up again where it broke. Ctrl-C ends it, with
exit code 0, and says how to go on.

Only a Vetted has a stream of changes: Partner Center has none.

Examples:
  $ npx vetted watch
  $ npx vetted watch --since 0 --json | jq -r 'select(.vettingStatus == "Denied")'`;

/** `vetted watch`: prints each change of a qualification as it happens. */
export function addWatchCommand(program: Command, io: Io): void {
  const command = program
    .command('watch')
    .summary('print each change of a qualification as it happens')
    .description("Prints each change of the partner's customers' qualifications as it happens, until Ctrl-C.")
    .addOption(
      new Option(
        '--since <event-id>',
        'begin with what happened after this change; 0 for all that the service still has',
      ).argParser(eventId),
    )
    .option('--json', 'print each change as a JSON object on a line')
    .addHelpText('after', watchHelp);
  addTargetOptions(command).action((options: WatchOptions) => watch(options, io));
}

async function watch(options: WatchOptions, io: Io): Promise<void> {
  const client = await createClient(io, options);
  let lastEventId = options.since;
  await untilInterrupted(async (interrupted) => {
    try {
      const opened = (place: string | undefined) => {
        if (lastEventId !== undefined && isBefore(place, lastEventId)) {
          complain(io, `There is no change ${lastEventId} at this service: what follows begins after ${place}.`);
          lastEventId = place;
        }
      };
      for await (const event of changes(client, options, interrupted, opened, io)) {
        print(io, options.json ? jsonOf(event) : lineOf(event, io));
        lastEventId = event.id;
      }
    } catch (error) {
      if (!interrupted.aborted) throw (await lacksRoute(error)) ? noStream() : error;
    }
  });
  if (lastEventId === undefined) return;
  io.stderr.write(`Go on after the last change with: ${commandLine(['watch', '--since', lastEventId], options)}\n`);
}

function changes(
  client: PartnerCenterClient,
  { since }: WatchOptions,
  abortSignal: AbortSignal,
  opened: (place: string | undefined) => void,
  io: Io,
): AsyncIterableIterator<QualificationChange> {
  let announced = false;
  return client.vetting.events({
    abortSignal,
    ...(since === undefined ? {} : { lastEventId: since }),
    onOpen(place) {
      opened(place);
      if (!announced) io.stderr.write('Watching for changes. Press Ctrl-C to stop.\n');
      announced = true;
    },
  });
}

/** Whether the service goes on from an earlier place than it was asked to: it has none so late. */
function isBefore(place: string | undefined, since: string): boolean {
  return place !== undefined && Number(place) < Number(since);
}

/** On one line where there is room: id, time, customer, qualification, status, reason. */
function lineOf(event: QualificationChange, io: Io): string {
  const { id, at, customerId, qualification, from, vettingStatus = '-', vettingReason = '' } = event;
  const before = from === undefined ? '' : `${printableLine(from)} -> `;
  const status = before + styleStatus(io.stdout, printableLine(vettingStatus));
  const whose = printableLine(`${id}  ${secondOf(at)}  ${customerId}`);
  return oneLine(io.stdout, [whose, `${printableLine(qualification)}  ${status}`, printableLine(vettingReason)]);
}

function noStream(): Failure {
  return new Failure(
    'This service has no stream of changes; Partner Center has none. Wait for one decision with: npx vetted wait',
  );
}

function eventId(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the id of a change, a whole number.');
}
