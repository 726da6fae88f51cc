import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { printable, table } from '../src/output.js';

const plain = new PassThrough();
const terminal = (columns: number) => Object.assign(new PassThrough(), { isTTY: true, columns, hasColors: () => true });
const reason = 'Not an Education Customer - After Review';
const rows = [['GovernmentCommunityCloud', 'Denied', '2021-05-06 19:59', reason]];
const head = ['Qualification', 'Status', 'Since (UTC)', 'Reason'];
const ESCAPE = '\u001b';

describe('table', () => {
  it('keeps a row on one line where it is not on a terminal, and in black and white', () => {
    const lines = table(plain, head, rows).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain(ESCAPE);
  });

  it('fits into the terminal', () => {
    const text = table(terminal(80), head, rows).replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Not an Education');
  });

  it('shows the status in colour on a terminal', () => {
    expect(table(terminal(100), head, rows)).toContain(`${ESCAPE}[31mDenied${ESCAPE}[39m`);
  });
});

describe('printable', () => {
  it('lets no text steer the terminal', () => {
    expect(printable(`a${ESCAPE}[2Jb\u009b1mc\nd`)).toBe('a\uFFFD[2Jb\uFFFD1mc\nd');
  });
});
