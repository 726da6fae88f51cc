import { randomUUID } from 'node:crypto';
import { databases } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparable, type House, openHouse, type WireAnswer } from './access-house.js';
import { type CallerName, callers, matrix, type Row, type Target, targets, undescribed } from './access-matrix.js';
import { type Belongings, json, newWorld, tokenOf, type World } from './access-world.js';
import type { Heard } from './statement-spy.js';

const rows = Object.entries(matrix).map(([operation, row]) => ({ operation, row }));

describe.each(databases)('on $name', ({ create }) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(create);
  });
  afterAll(() => house.close());

  const ask = async (operation: string, { body }: Row, caller: CallerName, world: World, about: Belongings) => {
    const [method = '', template = ''] = operation.split(' ');
    return house.ask({
      method,
      path: filled(template, about),
      token: await tokenOf(house, caller, world.own.tenantId),
      body: body === undefined ? undefined : json(body),
      headers: { 'ms-correlationid': randomUUID(), 'ms-requestid': randomUUID() },
    });
  };

  it('every operation that is described has its row, and every row its operation', async () => {
    const { result } = await house.ask({ method: 'GET', path: '/openapi.json' });
    const described = Object.entries<object>(JSON.parse(result.text).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(Object.keys(matrix).sort()).toEqual(described.sort());
  });

  it('every route that is registered has its row, or is one of those for everybody', () => {
    const known = new Set(Object.keys(matrix).flatMap((operation) => [operation, operation.replace(/^GET /, 'HEAD ')]));
    const unknown = house.routes
      .map((route) =>
        undescribed.some((pattern) => pattern.test(route))
          ? route
          : route.replaceAll(/(?<!:):(\w+)/g, '{$1}').replaceAll('::', ':'),
      )
      .filter((route) => !known.has(route) && !undescribed.some((pattern) => pattern.test(route)));
    expect(house.routes.length).toBeGreaterThan(rows.length);
    expect(unknown).toEqual([]);
  });

  it.each(rows)('$operation gives every caller what belongs to him and no more', async ({ operation, row }) => {
    let world = await newWorld(house);
    // Those first that change nothing.
    for (const caller of callers.toSorted((one, other) => Number(isLetIn(row, one)) - Number(isLetIn(row, other)))) {
      if (isLetIn(row, caller) && !operation.startsWith('GET ')) world = await newWorld(house);
      await expectRow(operation, row, caller, world);
    }
  });

  /** What does not exist is asked for first: what happens to the others can make no difference to it then. */
  async function expectRow(operation: string, row: Row, caller: CallerName, world: World): Promise<void> {
    const outcome = row.answers[caller];
    const heard: Partial<Record<Target, Heard<WireAnswer>>> = {};
    for (const target of isNamed(operation) ? targets.toReversed() : targets.slice(0, 1)) {
      const answer = await ask(operation, row, caller, world, world[target]);
      heard[target] = answer;
      const expected = typeof outcome === 'string' ? outcome : outcome[target];
      expect(statusAndCode(answer.result, expected), `${caller}, ${target}: ${answer.result.text}`).toBe(expected);
      if (isForWhoCalls(expected)) expect(answer.statements).toEqual([]);
      if (!isOperator(caller)) expectNothingOf(world.anothers, answer.result);
    }
    if (!isNamed(operation) || isOperator(caller)) return;
    expect(comparable(known(heard.anothers)), caller).toEqual(comparable(known(heard.unknown)));
    if (typeof outcome === 'string')
      expect(comparable(known(heard.own)), caller).toEqual(comparable(known(heard.unknown)));
  }
});

function isNamed(operation: string): boolean {
  return operation.includes('{');
}

function isLetIn({ answers }: Row, caller: CallerName): boolean {
  return !/^40[13]/.test(String(answers[caller]));
}

/** Whether a refusal is for the token alone: then there is nothing to ask the store. */
function isForWhoCalls(expected: string): boolean {
  return /^(401|403 9)/.test(expected);
}

function filled(template: string, about: Belongings): string {
  const values: Readonly<Record<string, unknown>> = { ...about, qualification: 'Education' };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

function isOperator(caller: CallerName): boolean {
  return caller === 'reviewer' || caller === 'administrator';
}

/** In the detail that the expectation has. */
function statusAndCode({ status, text }: WireAnswer, expected: string): string {
  return expected.includes(' ') ? `${status} ${JSON.parse(text || '{}').code}` : String(status);
}

function expectNothingOf({ names, ...ids }: Belongings, { headers, text }: WireAnswer): void {
  const shown = JSON.stringify(headers) + text;
  for (const secret of [...names, ...Object.values(ids)]) expect(shown).not.toContain(secret);
}

function known<T>(heard: T | undefined): T {
  if (heard === undefined) throw new Error('It was not asked.');
  return heard;
}
