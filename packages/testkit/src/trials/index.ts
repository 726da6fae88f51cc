import { crashes } from './crashes/crashes.js';
import { greedyPartner } from './greedy-partner.js';
import { restarts } from './restarts.js';
import { rollingRestarts } from './rolling-restarts.js';
import type { Trial } from './trial.js';

/** Every trial by the name that `npm run endure` knows it by. */
export const trials: Readonly<Record<string, Trial>> = {
  crashes,
  'greedy-partner': greedyPartner,
  restarts,
  'rolling-restarts': rollingRestarts,
};
