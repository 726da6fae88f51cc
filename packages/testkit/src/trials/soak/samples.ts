import { readdir, readFile } from 'node:fs/promises';

import { patientFetch } from '../patient.js';

/** What a process holds at a moment. */
export interface Sample {
  /** Memory of its own, without the pages of files, which the system takes back when it needs them. */
  readonly memory: number;
  /** JavaScript's part of it that is in use. */
  readonly heap: number;
  readonly fileDescriptors: number;
  /** Sockets, timers and the like that Node.js keeps. */
  readonly handles: number;
}

/** How much more the end may hold than the beginning: a share of it, and what garbage collection leaves to chance. */
const tolerances: Readonly<Record<keyof Sample, { readonly share: number; readonly more: number }>> = {
  memory: { share: 0.1, more: 16 * 2 ** 20 },
  heap: { share: 0.15, more: 12 * 2 ** 20 },
  fileDescriptors: { share: 0, more: 16 },
  handles: { share: 0, more: 16 },
};

export const METRICS_TOKEN = 'for-the-soak-alone';

/** Looks at a process of this machine, which has to be Linux, and asks it for its metrics. */
export async function takeSample(pid: number, url: string): Promise<Sample> {
  const [status, descriptors, response] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
    patientFetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } }),
  ]);
  const metrics = await response.text();
  return {
    memory: found(status, /^RssAnon:\s+(\d+) kB$/m) * 1024,
    heap: found(metrics, /^nodejs_heap_size_used_bytes (\S+)$/m),
    fileDescriptors: descriptors.length,
    handles: found(metrics, /^nodejs_active_resources_total (\S+)$/m),
  };
}

function found(text: string, pattern: RegExp): number {
  const [, value] = pattern.exec(text) ?? [];
  if (value === undefined) throw new Error(`${pattern} is not there: ${text.slice(0, 400)}`);
  return Number(value);
}

/**
 * Holds the last third of the second half against its first third, by their medians: the first half is for caches to fill
 * and for code to be compiled.
 * @throws Error that names what grows
 */
export function judge(samples: readonly Sample[]): string[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  const third = Math.floor(half.length / 3);
  if (third === 0) throw new Error(`${samples.length} samples are too few to judge by.`);
  const names = Object.keys(tolerances) as (keyof Sample)[];
  return names.map((name) => {
    const medianOf = (some: readonly Sample[]) => median(some.map((sample) => sample[name]));
    const [before, after] = [medianOf(half.slice(0, third)), medianOf(half.slice(-third))];
    const { share, more } = tolerances[name];
    const line = `${name}: ${shown(name, before)} after half of the time, ${shown(name, after)} at the end`;
    if (after > before * (1 + share) + more) throw new Error(`It grows. ${line}`);
    return line;
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function shown(name: keyof Sample, value: number): string {
  return name === 'memory' || name === 'heap' ? `${(value / 2 ** 20).toFixed(1)} MB` : String(value);
}
