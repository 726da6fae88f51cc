// Every measure by the name that `--only` knows it by, in the order of a run.
import { measureClient } from './client.mjs';
import { measureGrowth } from './growth.mjs';
import { measureListing } from './listing.mjs';
import { measurePaging } from './paging.mjs';
import { measurePrism } from './prism.mjs';
import { measureReads } from './reads.mjs';
import { measureStart } from './start.mjs';
import { measureWebhooks } from './webhooks.mjs';
import { measureWrites } from './writes.mjs';

/**
 * What a measure gives: its rounds as they were, for the JSON, and what they say of the aims.
 * @typedef {object} Outcome
 * @property {readonly { name: string, rounds: readonly unknown[] }[]} measured
 * @property {readonly import('../findings.mjs').Finding[]} findings
 */

/** @type {Readonly<Record<string, (parts: import('../parts.mjs').Parts) => Promise<Outcome>>>} */
export const measures = {
  service: measureReads,
  client: measureClient,
  listing: measureListing,
  growth: measureGrowth,
  paging: measurePaging,
  writes: measureWrites,
  start: measureStart,
  webhooks: measureWebhooks,
  prism: measurePrism,
};
