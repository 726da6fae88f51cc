// From a reviewer's decision to the webhook that tells of it, a thousand decisions in a burst.
import { join } from 'node:path';
import { call } from '../../packages/testkit/dist/sandbox.js';
import { atMost } from '../findings.mjs';
import { customerIds } from '../fixture.mjs';
import { timeTable } from '../report.mjs';
import { IN_FLIGHT } from './reads.mjs';

/** @typedef {import('@vetted/service').SandboxDescription} SandboxDescription */
/** @typedef {{ id: string, customerId: string }} Review */

const AIM_IN_MS = 1_000;
const DECISIONS = 1_000;
/** The most that the desk lists at once. */
const REVIEWS_A_PAGE = 500;

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measureWebhooks(parts) {
  const { rounds } = parts.settings;
  const ids = customerIds((rounds + 1) * DECISIONS);
  // Only a sandbox sends webhooks to this machine; it sends them as any service does.
  const file = join(parts.folder, 'webhooks.db');
  const { child, port, sandbox } = await parts.startSandbox({ database: `sqlite:${file}`, logLevel: 'info' });
  await parts.fill({ database: { kind: 'sqlite', file }, customers: ids.length, qualified: false });
  const decider = parts.start('decider');
  const poster = parts.start('poster');
  const agent = await userToken(sandbox, 'agent');
  const reviewer = await userToken(sandbox, 'reviewer');
  await register(sandbox.baseUrl, agent, (await decider.ask('listen')).url);
  const load = { port, connections: IN_FLIGHT };
  const bursts = [];
  for (let round = 0; round <= rounds; round += 1) {
    const customers = ids.slice(round * DECISIONS, (round + 1) * DECISIONS);
    await poster.ask('run', { ...load, token: agent, customers });
    await decider.ask('settle', { customers });
    bursts.push(
      await decider.ask('burst', { ...load, token: reviewer, reviews: await openReviews(sandbox.baseUrl, reviewer) }),
    );
  }
  await Promise.all([poster, decider, child].map((one) => one.stop()));
  // The first was the warm-up.
  const measured = bursts.slice(1);
  const shown = (/** @type {string} */ name, /** @type {string} */ of) => ({
    name,
    rounds: measured.map((burst) => ({ time: burst[of] })),
  });
  console.log(`${DECISIONS.toLocaleString('en-US')} decisions, ${IN_FLIGHT} requests under way:`);
  const p99 = shown('decision to webhook, p99', 'p99');
  const rows = [shown('decision to webhook, median', 'median'), p99, shown('  the longest', 'longest')];
  console.log(
    `${timeTable([...rows, shown('last decision answered', 'lastDecision'), shown('last webhook received', 'lastWebhook')])}\n`,
  );
  const times = p99.rounds.map(({ time }) => time);
  return {
    measured: [{ name: 'bursts', rounds: measured }],
    findings: [atMost('Decision to webhook, p99', times, { unit: ' ms', aim: AIM_IN_MS })],
  };
}

/**
 * @param {SandboxDescription} sandbox
 * @param {'agent' | 'reviewer'} user
 * @returns {Promise<string>}
 */
async function userToken({ baseUrl, clientId, clientSecret, users }, user) {
  const { tenantId, refreshToken } = users[user];
  const form = {
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'https://api.partnercenter.microsoft.com/.default',
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  };
  const url = `${baseUrl}/${tenantId}/oauth2/v2.0/token`;
  return (await answered(url, { method: 'POST', body: new URLSearchParams(form) })).access_token;
}

/** @param {string} baseUrl @param {string} token @param {string} webhookUrl */
async function register(baseUrl, token, webhookUrl) {
  await answered(`${baseUrl}/webhooks/v1/registration`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ WebhookUrl: webhookUrl, WebhookEvents: ['customer-qualification-updated'] }),
  });
}

/** @param {string} baseUrl @param {string} token @returns {Promise<Review[]>} those that are measured */
async function openReviews(baseUrl, token) {
  /** @type {Review[]} */
  const reviews = [];
  /** @type {string | undefined} */
  let continuation;
  do {
    const query = new URLSearchParams({ status: 'InReview', search: 'onmicrosoft.com', size: String(REVIEWS_A_PAGE) });
    if (continuation !== undefined) query.set('continuationToken', continuation);
    const page = await answered(`${baseUrl}/vetting/v1/reviews?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    reviews.push(...page.items);
    continuation = page.continuationToken;
  } while (continuation !== undefined);
  return reviews.map(({ id, customerId }) => ({ id, customerId }));
}

/** @param {string} url @param {RequestInit} init */
async function answered(url, init) {
  const { status, text, body } = await call(url, init);
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
  return body;
}
