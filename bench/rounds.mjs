// Rounds in turn, so that whatever else the machine does meets all alike.

/**
 * @typedef {import('./parts.mjs').Target} Target
 * @typedef {import('./report.mjs').Sample} Sample
 * @typedef {import('./report.mjs').Round} Round
 */

/**
 * Measures each after a warm-up of each.
 * @template {{ name: string }} T
 * @template R
 * @param {number} rounds
 * @param {readonly T[]} targets
 * @param {(target: T, round: number) => Promise<R>} measure round 0 is the warm-up
 * @returns {Promise<{ name: string, rounds: R[] }[]>}
 */
export async function inTurn(rounds, targets, measure) {
  for (const target of targets) await measure(target, 0);
  const measured = targets.map((target) => ({ name: target.name, target, rounds: /** @type {R[]} */ ([]) }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { target, rounds } of measured) rounds.push(await measure(target, round));
  }
  return measured.map(({ name, rounds }) => ({ name, rounds }));
}

/**
 * One round on one server, with what its processes used meanwhile.
 * @param {Pick<Target, 'child' | 'database'>} server
 * @param {() => Promise<Sample>} load
 * @returns {Promise<Round>}
 */
export async function withUsage({ child, database }, load) {
  const used = async () => ({ server: (await child.ask('usage')).cpu, database: (await database?.ask('usage'))?.cpu });
  const before = await used();
  const sample = await load();
  const after = await used();
  const databaseCpu = after.database === undefined ? undefined : after.database - before.database;
  return { ...sample, serverCpu: after.server - before.server, databaseCpu };
}
