import { isDeepStrictEqual } from 'node:util';
import type { House } from '../house.js';
import { patientFetch } from '../patient.js';
import { wireOf } from './replay.js';
import type { Standings } from './verify.js';

/**
 * Holds what partners are told of these customers against what the history says they have.
 * @throws Error with the first difference
 */
export async function verifyAnswers(
  house: House,
  url: string,
  customers: readonly string[],
  standingOf: Standings,
): Promise<void> {
  for (const id of customers) {
    const standing = standingOf(id);
    const listed = await get(`${url}/v1/customers/${id}/qualifications`, house.agent);
    same(`the qualifications of customer ${id}`, listed, wireOf(standing));
    if (standing.attempts.length === 0) continue;
    const path = `${url}/vetting/v1/customers/${id}/qualifications/Education/history`;
    const steps = (await get(path, house.agent)) as readonly { to?: string }[];
    const told = steps.map(({ to }) => to);
    const expected = standing.attempts.flatMap((status) => ['InReview', ...(status === 'InReview' ? [] : [status])]);
    same(`the history of customer ${id}`, told, expected);
  }
}

function same(what: string, told: unknown, expected: unknown): void {
  if (isDeepStrictEqual(told, expected)) return;
  throw new Error(`${what} are told as ${JSON.stringify(told)} instead of ${JSON.stringify(expected)}`);
}

async function get(url: string, token: string): Promise<unknown> {
  const response = await patientFetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
