import type { FaultRule } from '@vetted/client';

interface FaultChoice {
  readonly words: string;
  readonly rule: FaultRule;
}

/** What commonly goes wrong, the first of them being the default. */
export const effects: readonly FaultChoice[] = [
  { words: '429, with Retry-After of 10 seconds', rule: { status: 429, retryAfter: 10 } },
  { words: '503, the service is unavailable', rule: { status: 503 } },
  { words: '500, something unforeseen', rule: { status: 500 } },
  { words: 'A slow answer, after 3 seconds', rule: { delayMs: 3_000 } },
  { words: 'Connection cut before anything is done', rule: { dropConnection: 'before' } },
  { words: 'Done, but connection cut before the answer', rule: { dropConnection: 'after' } },
];

/** Which requests. */
export const targets: readonly FaultChoice[] = [
  { words: 'All requests', rule: {} },
  { words: 'Qualifications', rule: { path: '*/qualifications*' } },
  { words: 'Reviews', rule: { path: '/vetting/v1/reviews*' } },
];

/** How often. */
export const repetitions: readonly FaultChoice[] = [
  { words: 'Once', rule: { times: 1 } },
  { words: '3 times', rule: { times: 3 } },
  { words: '10 times', rule: { times: 10 } },
  { words: 'Until ended', rule: {} },
];

/** A rule in words: `503 for /v1/*, 2 more times`. */
export function describeFault(rule: FaultRule): string {
  const { method = '', path = 'all requests', times, probability } = rule;
  const where =
    `${method} ${targets.find(({ rule: { path: known } }) => known === path)?.words.toLowerCase() ?? path}`.trim();
  const chance = probability === undefined ? '' : `, ${Math.round(probability * 100)} % of them`;
  const left = times === undefined ? 'until ended' : times === 1 ? 'once more' : `${times} more times`;
  return `${describeEffect(rule)} for ${where}${chance}, ${left}`;
}

function describeEffect({ status, retryAfter, delayMs, dropConnection }: FaultRule): string {
  const wait = delayMs === undefined ? [] : [`${delayMs / 1_000} s slower`];
  const answer = status === undefined ? [] : [String(status)];
  const retry = retryAfter === undefined ? [] : [`Retry-After ${retryAfter} s`];
  const cut = dropConnection === undefined ? [] : [dropConnection === 'after' ? 'answer cut' : 'connection cut'];
  return [...wait, ...answer, ...retry, ...cut].join(', ');
}
