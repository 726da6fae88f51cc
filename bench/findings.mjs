// What a run found: each aim with what was measured, its spread, and whether the aim was reached.
import { median, rates } from './report.mjs';

/**
 * `least` and `most` are the spread over the rounds.
 * @typedef {object} Finding
 * @property {string} what
 * @property {number} value
 * @property {number} least
 * @property {number} most
 * @property {'' | ' ms' | ' MB'} unit
 * @property {'at least' | 'at most'} side
 * @property {number} aim
 * @property {boolean} reached
 */

/** @typedef {import('./report.mjs').Measured} Measured */

/**
 * The rates of one against those of another: the ratio of the medians, and as its spread the ratios of each round.
 * @param {string} what
 * @param {Measured | undefined} measured
 * @param {Measured | undefined} base
 * @param {number} aim
 * @returns {Finding}
 */
export function ratioOfRates(what, measured, base, aim) {
  return ratioOf(what, measured ? rates(measured) : [], base ? rates(base) : [], { side: 'at least', aim });
}

/**
 * @param {string} what
 * @param {readonly number[]} values one a round
 * @param {readonly number[]} baseValues those of the same rounds
 * @param {{ side: Finding['side'], aim: number }} aim
 * @returns {Finding}
 */
export function ratioOf(what, values, baseValues, { side, aim }) {
  const ratios = values.map((value, round) => value / (baseValues[round] ?? Number.NaN));
  return finding(what, median(values) / median(baseValues), ratios, { unit: '', side, aim });
}

/**
 * The median of some values, with their spread.
 * @param {string} what
 * @param {readonly number[]} values
 * @param {Pick<Finding, 'unit' | 'aim'>} aim the most that it may be
 * @returns {Finding}
 */
export function atMost(what, values, { unit, aim }) {
  return finding(what, median(values), values, { unit, side: 'at most', aim });
}

/**
 * @param {string} what
 * @param {number} value
 * @param {readonly number[]} spread
 * @param {Pick<Finding, 'unit' | 'side' | 'aim'>} aim
 * @returns {Finding}
 */
function finding(what, value, spread, { unit, side, aim }) {
  const reached = side === 'at least' ? value >= aim : value <= aim;
  return { what, value, least: Math.min(...spread), most: Math.max(...spread), unit, side, aim, reached };
}

/** @param {Finding} finding */
export function lineOf({ what, value, least, most, unit, side, aim, reached }) {
  const shown = (/** @type {number} */ number) => number.toFixed(unit === '' ? 2 : 0);
  const aimed = `aim ${side} ${aim}${unit}: ${reached ? 'reached' : 'missed'}`;
  return `${what}: ${shown(value)}${unit} (rounds ${shown(least)} to ${shown(most)}; ${aimed})`;
}
