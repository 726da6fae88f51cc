import { connections } from './connections.js';
import { crashes } from './crashes/crashes.js';
import { greedyPartner } from './greedy-partner.js';
import { overload } from './overload/overload.js';
import { requests } from './requests.js';
import { restarts } from './restarts.js';
import { rollingRestarts } from './rolling-restarts.js';
import { soak } from './soak/soak.js';
import type { Trial } from './trial.js';

/** Every trial by the name that `npm run endure` knows it by. */
export const trials: Readonly<Record<string, Trial>> = {
  connections,
  crashes,
  'greedy-partner': greedyPartner,
  overload,
  requests,
  restarts,
  'rolling-restarts': rollingRestarts,
  soak,
};
