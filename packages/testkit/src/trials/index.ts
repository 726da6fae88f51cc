import { rollingRestarts } from './rolling-restarts.js';
import type { Trial } from './trial.js';

/** Every trial by the name that `npm run endure` knows it by. */
export const trials: Readonly<Record<string, Trial>> = {
  'rolling-restarts': rollingRestarts,
};
