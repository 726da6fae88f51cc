import { call } from '@vetted/testkit';
import { expect } from 'vitest';

export const metricsToken = 'a-token-for-metrics-alone';

/** The page of metrics of a service that runs with {@link metricsToken}. */
export async function scrape(url: string): Promise<string> {
  const { status, headers, text } = await call(`${url}/metrics`, {
    headers: { authorization: `Bearer ${metricsToken}` },
  });
  expect(status, text).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return text;
}

/** The values of a series, by its labels as they are written. */
export function seriesOf(page: string, name: string): Record<string, number> {
  const lines = page.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', value] = /^\w+(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      return [labels, Number(value)];
    }),
  );
}

/** The value of a metric without labels; undefined where it is not told. */
export function metricOf(page: string, name: string): number | undefined {
  return seriesOf(page, name)[''];
}
