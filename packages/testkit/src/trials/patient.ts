import { setTimeout } from 'node:timers/promises';

const PAUSE_IN_MS = 50;

/** Asks again as long as the service is too busy for it: a machine that does much else makes it so at times. */
export async function patientFetch(url: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetch(url, init);
    if (response.status !== 503) return response;
    await response.arrayBuffer();
    await setTimeout(PAUSE_IN_MS);
  }
}
