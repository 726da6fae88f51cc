// `npm run endure`: the trials of the tests, at length. `npm run endure -- --help` lists them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, Failure, main, runTool } from './prepare.mjs';

await main(async (args) => {
  await ensureInstalled();
  await ensureBuilt();
  const exitCode = await runTool('typescript', 'tsc', ['-b', 'packages/testkit']);
  if (exitCode !== 0) throw new Failure('packages/testkit could not be built; the compiler says why above.');
  const { trials } = await import('../packages/testkit/dist/trials/index.js');
  const { startPostgres } = await import('../packages/testkit/dist/postgres.js');
  const settings = settingsFrom(args, trials);
  if (settings === undefined) {
    console.log(help(trials));
    return 0;
  }
  return endure(settings, startPostgres);
});

async function endure({ name, trial, kind, seed, amount }, startPostgres) {
  console.log(`${name}: ${amount} ${trial.amount.of}, on ${kind ?? placesOf(trial)}, seed ${seed}`);
  const server = kind === 'postgres' ? await startPostgres() : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'vetted-endure-'));
  const database = server ? `${server.url}/postgres` : `sqlite:${join(folder, 'vetted.db')}`;
  try {
    const lines = await trial.run({ seed, amount, database, say: (line) => console.log(`  ${line}`) });
    for (const line of lines) console.log(line);
    console.log(`${name}: everything held.`);
    return 0;
  } catch (error) {
    console.error(error);
    console.error(
      `\n${name} did not hold. Again: npm run endure -- ${name}${kind ? ` --database ${kind}` : ''} --amount ${amount} --seed ${seed}`,
    );
    return 1;
  } finally {
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was asked for; undefined for the help. Throws a Failure that names what is wrong. */
function settingsFrom(args, trials) {
  const { values, positionals } = parsed(args);
  const [name, ...more] = positionals;
  if (values.help || name === undefined) return undefined;
  const trial = Object.hasOwn(trials, name) ? trials[name] : undefined;
  if (trial === undefined || more.length > 0) {
    throw new Failure(`"${positionals.join(' ')}" is not one of the trials: ${Object.keys(trials).join(', ')}.`);
  }
  const kind = values.database ?? trial.databases[0];
  if (kind !== undefined && !trial.databases.includes(kind)) {
    throw new Failure(`--database ${kind}: ${name} runs on ${placesOf(trial)}.`);
  }
  return {
    name,
    trial,
    kind,
    seed: whole('seed', values.seed ?? String(Date.now() % 1_000_000)),
    amount: whole('amount', values.amount ?? String(trial.amount.byDefault)),
  };
}

function parsed(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        database: { type: 'string' },
        amount: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Failure(error.message);
  }
}

function whole(name, text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Failure(`--${name} ${text} is not a whole number.`);
}

function placesOf({ databases }) {
  return databases.length === 0 ? 'what it brings itself' : databases.join(' and ');
}

function help(trials) {
  const width = Math.max(...Object.keys(trials).map((name) => name.length));
  const rows = Object.entries(trials).map(
    ([name, { summary, amount, databases }]) =>
      `  ${name.padEnd(width)}  ${summary}\n  ${' '.repeat(width)}  ${amount.byDefault} ${amount.of}; on ${placesOf({ databases })}`,
  );
  return `npm run endure -- <trial> [--database sqlite|postgres] [--amount <n>] [--seed <n>]

What the service must withstand, at length. A run that fails says how to run it again.

${rows.join('\n')}`;
}
