import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAdmin, type SandboxDescription } from '@vetted/service';
import { type Answer, call, type TokenSource, tokenSource } from '../sandbox.js';
import { type ServiceProcess, type ServiceProcessOptions, startServiceProcess } from '../service-process.js';

/** A request that has not been answered by then hangs: longer than any limit of the service. */
const HANGS_AFTER_MS = 30_000;

/** What an operator does on the database itself. */
export interface Operator {
  /** Adds so many customers to the partner, and gives their ids. */
  addCustomers(count: number): Promise<string[]>;
  /** Adds a validation code of the partner, and gives its id. */
  addCode(maxCreates: number): Promise<string>;
}

/** Several processes of the built service on one database, as sandboxes: they share their users, and a token counts for all. */
export interface Fleet extends Operator {
  /** The sample partner. */
  readonly partnerId: string;
  readonly tokens: TokenSource;
  /** Those that it began with. */
  readonly processes: readonly ServiceProcess[];
  /** Starts one more process. */
  start(): Promise<ServiceProcess>;
  /** Stops the processes that still run. */
  close(): Promise<void>;
}

export interface FleetOptions {
  /** A PostgreSQL's or SQLite's, as `--database` takes it. */
  readonly database: string;
  /** Their data folder. Default one of the fleet's own, which takes a second longer: a sandbox makes keys in a new one. */
  readonly home?: string;
  /** How many processes it begins with. */
  readonly size: number;
  /** Flags of `vetted serve` for each process. */
  readonly args?: readonly string[];
  /** Starts each process, as `startServiceProcess` has it. */
  readonly launcher?: ServiceProcessOptions['launcher'];
}

export async function startFleet({ database, size, args = [], launcher, ...options }: FleetOptions): Promise<Fleet> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'vetted-fleet-')));
  const processes: ServiceProcess[] = [];
  const start = async () => {
    const started = await startServiceProcess({
      args: [
        '--sandbox',
        '--home',
        home,
        '--database',
        database,
        '--log-level',
        'silent',
        '--throttle',
        'off',
        ...args,
      ],
      ...(launcher && { launcher }),
    });
    processes.push(started);
    return started;
  };
  const close = async () => {
    await Promise.all(processes.map((process) => process.stop('SIGKILL')));
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
  };
  try {
    // The first one makes what all share.
    await start();
    await Promise.all(Array.from({ length: size - 1 }, start));
    const description = JSON.parse(await readFile(join(home, 'sandbox.json'), 'utf8')) as SandboxDescription;
    const tokens = tokenSource(description);
    // Fetched now: the process that gives them may be gone later.
    await Promise.all([tokens.appToken(), tokens.userToken(), tokens.userToken('reviewer')]);
    const partnerId = description.tenantId;
    return { partnerId, tokens, processes: [...processes], start, close, ...operatorOf(database, partnerId) };
  } catch (error) {
    await close();
    throw error;
  }
}

function operatorOf(database: string, partnerId: string): Operator {
  const within = async <T>(work: (admin: Awaited<ReturnType<typeof openAdmin>>) => Promise<T>) => {
    const admin = await openAdmin({ database, mustExist: true });
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  };
  return {
    addCustomers: (count) =>
      within(async (admin) => {
        const ids = Array.from({ length: count }, () => randomUUID());
        await admin.importCustomers(partnerId, linesOf(ids));
        return ids;
      }),
    addCode: (maxCreates) =>
      within(async (admin) => {
        const validationId = randomUUID();
        // The organization tells which code it is: the database holds the code itself encrypted.
        await admin.addValidationCode(partnerId, { validationId, organizationName: validationId, maxCreates });
        return validationId;
      }),
  };
}

async function* linesOf(ids: readonly string[]) {
  for (const [index, id] of ids.entries()) {
    yield { line: index + 1, record: { id, companyName: `Company ${id}`, domain: `${id}.example.com` } };
  }
}

/** POSTs JSON, each time that it is called with the same request id. Rejects where there is no answer, or none in time. */
export function post(
  url: string,
  body: unknown,
  { token, requestId = randomUUID() }: { readonly token: string; readonly requestId?: string },
): Promise<Answer> {
  return call(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'ms-requestid': requestId,
    },
    signal: AbortSignal.timeout(HANGS_AFTER_MS),
  });
}

/** Rejects where there is no answer, or none in time. */
export function get(url: string, token?: string): Promise<Answer> {
  return call(url, {
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    signal: AbortSignal.timeout(HANGS_AFTER_MS),
  });
}

/** Where a customer's qualifications are. */
export function qualificationsOf(url: string, customerId: string): string {
  return `${url}/v1/customers/${customerId}/qualifications`;
}
