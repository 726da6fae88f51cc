// Medians, spreads and ratios, and the tables that show them.

/**
 * One round: how much was done in which time, and the CPU microseconds of the process that asked.
 * @typedef {{ done: number, seconds: number, cpu: number }} Sample
 */

/**
 * A round with the server's side. `serverCpu` and `databaseCpu` are CPU microseconds.
 * @typedef {Sample & { serverCpu: number, databaseCpu?: number | undefined }} Round
 */

/**
 * @typedef {object} Measured
 * @property {string} name
 * @property {readonly Round[]} rounds
 */

/**
 * @param {readonly number[]} values
 * @returns {number}
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** @param {Measured} measured */
export const rates = ({ rounds }) => rounds.map(({ done, seconds }) => done / seconds);
/** @param {Measured} measured */
const serverCpus = ({ rounds }) => rounds.map(({ serverCpu, done }) => serverCpu / done);
/** @param {Measured} measured */
const askerCpus = ({ rounds }) => rounds.map(({ cpu, done }) => cpu / done);

/**
 * What the service is measured by: requests a second and the server's CPU a request, each against the first one's.
 * @param {readonly Measured[]} targets
 */
export function serviceTable(targets) {
  const [base] = targets;
  if (base === undefined) return '';
  const rows = targets.map((target) => {
    const cpu = median(serverCpus(target));
    const database = target.rounds.flatMap(({ databaseCpu, done }) =>
      databaseCpu === undefined ? [] : [databaseCpu / done],
    );
    return [
      target.name,
      whole(median(rates(target))),
      spread(rates(target)),
      ratio(median(rates(target)) / median(rates(base))),
      `${cpu.toFixed(1)} µs`,
      ratio(median(serverCpus(base)) / cpu),
      database.length === 0 ? '' : `${median(database).toFixed(1)} µs`,
      busy(target, ({ serverCpu }) => serverCpu),
    ];
  });
  const head = ['', 'requests/s', 'least to most', 'ratio', 'CPU/request', 'ratio', 'database', 'server'];
  return table(head, rows);
}

/**
 * What the client is measured by: calls a second and its own CPU a call, each against the first one's.
 * @param {readonly Measured[]} targets
 */
export function clientTable(targets) {
  const [base] = targets;
  if (base === undefined) return '';
  const rows = targets.map((target) => [
    target.name,
    whole(median(rates(target))),
    spread(rates(target)),
    ratio(median(rates(target)) / median(rates(base))),
    `${median(askerCpus(target)).toFixed(1)} µs`,
    ratio(median(askerCpus(base)) / median(askerCpus(target))),
    busy(target, ({ cpu }) => cpu),
  ]);
  return table(['', 'calls/s', 'least to most', 'ratio', 'CPU/call', 'ratio', 'caller'], rows);
}

/**
 * Medians of times in milliseconds, each against the first one's.
 * @param {readonly { name: string, rounds: readonly { time: number }[] }[]} targets
 */
export function timeTable(targets) {
  const times = targets.map(({ rounds }) => rounds.map(({ time }) => time));
  const rows = targets.map(({ name }, at) => {
    const own = times[at] ?? [];
    const least = Math.min(...own).toFixed(3);
    return [
      name,
      `${median(own).toFixed(3)} ms`,
      `${least} to ${Math.max(...own).toFixed(3)}`,
      ratio(median(own) / median(times[0] ?? [])),
    ];
  });
  return table(['', 'median', 'least to most', 'ratio'], rows);
}

/**
 * The median share of one core that a process used.
 * @param {Measured} measured
 * @param {(round: Round) => number} cpu
 */
function busy({ rounds }, cpu) {
  return `${Math.round(median(rounds.map((round) => cpu(round) / 1e6 / round.seconds)) * 100)} %`;
}

/** @param {number} value */
const whole = (value) => Math.round(value).toLocaleString('en-US');
/** @param {number} value */
const ratio = (value) => value.toFixed(2);
/** @param {readonly number[]} values */
const spread = (values) => `${whole(Math.min(...values))} to ${whole(Math.max(...values))}`;

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [head, ...rows].map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}
