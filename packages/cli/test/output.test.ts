import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fields, jsonOf, printable, printableLine, style, table } from '../src/output.js';

const plain = new PassThrough();
const terminal = (columns: number, colours = true) =>
  Object.assign(new PassThrough(), { isTTY: true, columns, hasColors: () => colours });
const reason = 'Not an Education Customer - After Review';
const rows = [['GovernmentCommunityCloud', 'Denied', '2021-05-06 19:59', reason]];
const head = ['Qualification', 'Status', 'Requested (UTC)', 'Reason'];
const ESCAPE = '\u001b';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('table', () => {
  it('keeps a row on one line where it is not on a terminal, and in black and white', () => {
    expect(table(plain, head, rows)).toBe(
      'Qualification             Status  Requested (UTC)   Reason\n' +
        `GovernmentCommunityCloud  Denied  2021-05-06 19:59  ${reason}`,
    );
  });

  it('wraps the last column to what the others leave of the terminal', () => {
    expect(stripVTControlCharacters(table(terminal(80), head, rows))).toMatchInlineSnapshot(`
      "Qualification             Status  Requested (UTC)   Reason
      GovernmentCommunityCloud  Denied  2021-05-06 19:59  Not an Education Customer -
                                                          After Review"
    `);
  });

  it('has a cell a line on a terminal that is too narrow for columns', () => {
    const cells = [...rows, ['StateOwnedEntity', '-', '', '']];
    expect(stripVTControlCharacters(table(terminal(40), head, cells))).toMatchInlineSnapshot(`
      "GovernmentCommunityCloud
        Status: Denied
        Requested (UTC): 2021-05-06 19:59
        Reason: Not an Education Customer -
          After Review
      StateOwnedEntity
        Status: -"
    `);
  });

  it.each([20, 30, 40, 66, 80, 120])('never exceeds a terminal of %i columns, and loses nothing', (columns) => {
    const cell = fc.stringMatching(/^[a-z東é]{1,12}( [a-z東é]{1,9}){0,4}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 }), (cells) => {
        const text = stripVTControlCharacters(table(terminal(columns), ['One', 'Two', 'Three'], cells));
        expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
        const letters = (some: string) => some.replaceAll(/\s/g, '');
        for (const each of cells.flat()) expect(letters(text)).toContain(letters(each));
      }),
      { numRuns: 200, seed: 20_201_203 },
    );
  });

  it('counts a wide letter as the two columns that it takes', () => {
    const wide = [
      ['東京大学', 'x'],
      ['Fabrikam', 'y'],
    ];
    expect(table(plain, undefined, wide)).toBe('東京大学  x\nFabrikam  y');
  });

  it('lets no line break of a name break its row', () => {
    expect(table(plain, undefined, [['a', 'Fabrikam\n  Academy']])).toBe('a  Fabrikam Academy');
  });

  it('colours no other text, whatever it is called', () => {
    expect(table(terminal(100), head, [['constructor', 'toString', '', '']])).toContain('constructor');
  });

  it('shows the status in colour on a terminal', () => {
    expect(table(terminal(100), head, rows)).toContain(`${ESCAPE}[31mDenied${ESCAPE}[39m`);
  });
});

describe('fields', () => {
  const pairs = [
    ['Review', '6e1fab25-8d73-4c90-9f42-7bac1d2e3f02'],
    ['Reason', reason],
  ] as const;

  it('aligns what the names stand for', () => {
    expect(fields(plain, pairs)).toBe(`Review  6e1fab25-8d73-4c90-9f42-7bac1d2e3f02\nReason  ${reason}`);
    expect(fields(terminal(44), pairs)).toBe(
      'Review  6e1fab25-8d73-4c90-9f42-7bac1d2e3f02\nReason  Not an Education Customer - After\n        Review',
    );
  });

  it('breaks no id on a narrow terminal', () => {
    expect(fields(terminal(40), pairs)).toBe(
      'Review\n  6e1fab25-8d73-4c90-9f42-7bac1d2e3f02\nReason\n  Not an Education Customer - After\n  Review',
    );
  });

  it('keeps the lines of a text', () => {
    expect(fields(plain, [['Note', 'One.\nTwo.']])).toBe('Note  One.\n      Two.');
  });
});

describe('style', () => {
  it.each([
    ['a terminal with colours', terminal(80), undefined, true],
    ['a terminal without, as with NO_COLOR', terminal(80, false), undefined, false],
    ['a pipe', plain, undefined, false],
    ['a pipe with FORCE_COLOR=1', plain, '1', true],
    ['a pipe with FORCE_COLOR=0', plain, '0', false],
    ['a pipe with an empty FORCE_COLOR', plain, '', false],
  ])('on %s', (_case, stream, forced, colours) => {
    vi.stubEnv('FORCE_COLOR', forced);
    expect(style(stream, 'red', 'x')).toBe(colours ? `${ESCAPE}[31mx${ESCAPE}[39m` : 'x');
  });
});

describe('printable', () => {
  it('lets no text steer the terminal', () => {
    expect(printable(`a${ESCAPE}[2Jb\u009b1mc\nd`)).toBe('a\uFFFD[2Jb\uFFFD1mc\nd');
  });

  it('lets no text turn the direction of what follows', () => {
    expect(printable('a\u202egpj.exe\u2066b')).toBe('a\uFFFDgpj.exe\uFFFDb');
  });

  it('leaves scripts that run from right to left as they are', () => {
    expect(printable('אקדמיה')).toBe('אקדמיה');
  });

  it('has escapes in their place in JSON, which says the same', () => {
    const text = `a${ESCAPE}[2Jb\u009b1mc\u202egpj.exe\u007f`;
    const json = jsonOf({ text });
    expect(printable(json)).toBe(json);
    expect(JSON.parse(json)).toEqual({ text });
  });

  it('puts a text on one line', () => {
    expect(printableLine('One. \n\n Two.')).toBe('One. Two.');
  });
});
