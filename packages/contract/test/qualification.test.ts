import { canonicalRequest } from '@vetted/contract';
import { describe, expect, it } from 'vitest';

describe('canonicalRequest', () => {
  it('gives names and values of the enumerations their canonical case', () => {
    expect(canonicalRequest({ QUALIFICATION: 'education', educationsegment: 'HIGHEREDUCATION' })).toEqual({
      qualification: 'Education',
      educationSegment: 'HigherEducation',
    });
  });

  it.each([
    ['education', 'Education'],
    ['GOVERNMENTCOMMUNITYCLOUD', 'GovernmentCommunityCloud'],
    ['stateOwnedEntity', 'StateOwnedEntity'],
  ])('knows the qualification %s', (value, canonical) => {
    expect(canonicalRequest({ qualification: value })).toEqual({ qualification: canonical });
  });

  it('leaves free text as it is', () => {
    expect(canonicalRequest({ Website: 'Education', VALIDATIONCODE: 'K12' })).toEqual({
      website: 'Education',
      validationCode: 'K12',
    });
  });

  it.each([
    { qualification: 'Bakery' },
    { color: 'Education' },
    { qualification: null },
    { qualification: ['education'] },
  ])('leaves what it does not know for the schema to name: %j', (body) => {
    expect(canonicalRequest(body)).toEqual(body);
  });

  it.each([undefined, null, 'education', 1, true, ['education']])('leaves what is no object: %j', (body) => {
    expect(canonicalRequest(body)).toBe(body);
  });

  it('keeps the first of two members that differ in case only, and leaves the second under its own name', () => {
    expect(canonicalRequest({ Website: 'a', WEBSITE: 'b' })).toEqual({ website: 'a', WEBSITE: 'b' });
  });

  it('keeps the member in canonical case, wherever it stands', () => {
    expect(canonicalRequest({ Website: 'a', website: 'b' })).toEqual({ Website: 'a', website: 'b' });
    expect(canonicalRequest({ website: 'b', Website: 'a' })).toEqual({ Website: 'a', website: 'b' });
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'treats %s as any other unknown member',
    (name) => {
      const canonical = canonicalRequest(JSON.parse(`{"${name}":"x"}`));
      expect(Object.entries(canonical as object)).toEqual([[name, 'x']]);
      expect(Object.getPrototypeOf(canonical)).toBe(Object.prototype);
    },
  );

  it('does not change what it is given', () => {
    const body = Object.freeze({ Qualification: 'education' });
    canonicalRequest(body);
    expect(body).toEqual({ Qualification: 'education' });
  });
});
