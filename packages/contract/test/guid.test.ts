import { isGuid } from '@vetted/contract';
import { describe, expect, it } from 'vitest';

const guid = '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';

describe('isGuid', () => {
  it.each([guid, guid.toUpperCase(), '00000000-0000-0000-0000-000000000000'])('takes %s', (text) => {
    expect(isGuid(text)).toBe(true);
  });

  it.each([
    '',
    'guid',
    `{${guid}}`,
    ` ${guid}`,
    `${guid}\n`,
    `${guid}0`,
    guid.slice(1),
    guid.replaceAll('-', ''),
    guid.replace('9', 'g'),
    guid.replace('9', '９'),
    guid.replace('-', '–'),
  ])('refuses %j', (text) => {
    expect(isGuid(text)).toBe(false);
  });

  it.each([undefined, null, 1, [guid], { length: 36 }])('refuses what is no text: %j', (value) => {
    expect(isGuid(value)).toBe(false);
  });
});
