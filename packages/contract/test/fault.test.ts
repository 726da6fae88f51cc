import { FaultBody, type FaultName, faultBody, faults } from '@vetted/contract';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';

const names = Object.keys(faults) as FaultName[];

describe('the table of faults', () => {
  it.each(names)('gives %s a body that keeps to the schema', (name) => {
    expect([...Value.Errors(FaultBody, faultBody(name))]).toEqual([]);
  });

  it.each(names)('gives %s a description of at most 1,024 characters that ends as a sentence', (name) => {
    const { description } = faults[name];
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(description).toMatch(/^[A-Z].*\.$/s);
  });

  it.each(names)('gives %s a status of a client or server error', (name) => {
    expect(faults[name].status).toBeGreaterThanOrEqual(400);
    expect(faults[name].status).toBeLessThan(600);
  });

  it.each(names)('names %s by a number that Partner Center documents, or by its own name', (name) => {
    const { code } = faults[name];
    if (code !== name) expect(code).toMatch(/^\d+$/);
  });

  it('gives every fault a code of its own', () => {
    expect(new Set(names.map((name) => faults[name].code)).size).toBe(names.length);
  });

  it("answers neither 412 nor 422, after which Microsoft's SDK sends a POST again, but to If-Match, which it never sends", () => {
    const others = names.filter((name) => name !== 'VersionStale');
    for (const name of others) expect([412, 422]).not.toContain(faults[name].status);
  });
});

describe('faultBody', () => {
  it('has its members in the order of the wire', () => {
    const body = faultBody('InputInvalid', [{ name: 'website', reason: 'is empty' }]);
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        code: '3000',
        description: faults.InputInvalid.description,
        data: [{ name: 'website', reason: 'is empty' }],
        source: 'Vetted',
      }),
    );
  });

  it.each([undefined, []])('has no data where there is none: %j', (data) => {
    expect(Object.keys(faultBody('CustomerNotFound', data))).toEqual(['code', 'description', 'source']);
  });

  it('adds a detail to the description', () => {
    const { description } = faultBody('Unforeseen', [], 'The correlation id is 1.');
    expect(description).toBe(`${faults.Unforeseen.description} The correlation id is 1.`);
  });

  it('gives nobody a hand on the table', () => {
    const data = [{ name: 'a', reason: 'b' }];
    faultBody('InputInvalid', data).data?.push({ name: 'c', reason: 'd' });
    expect(data).toHaveLength(1);
  });
});
