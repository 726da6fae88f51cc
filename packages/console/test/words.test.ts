import { describe, expect, it } from 'vitest';
import { hoursInWords } from '../src/features/overview/hours-in-words.js';
import { timeLeft } from '../src/ui/time-left-words.js';

describe('the time until a decision is due', () => {
  const now = Date.parse('2026-03-02T09:00:00.000Z');
  it.each([
    ['2026-03-05T08:59:59.000Z', '3 days left'],
    ['2026-03-04T08:00:00.000Z', '47 hours left'],
    ['2026-03-02T10:30:00.000Z', '90 minutes left'],
    ['2026-03-02T09:00:10.000Z', '1 minute left'],
    ['2026-03-02T08:59:50.000Z', '1 minute overdue'],
    ['2026-02-26T09:00:00.000Z', '4 days overdue'],
    ['2025-12-02T09:00:00.000Z', '3 months overdue'],
    ['2020-12-08T10:37:38.885Z', '5 years overdue'],
  ])('of %s is %s', (dueAt, words) => {
    expect(timeLeft(dueAt, now)).toEqual({ words, isOverdue: words.endsWith('overdue') });
  });
});

describe('a number of hours', () => {
  it.each([
    [0, '0 hours'],
    [1.04, '1 hour'],
    [27.46, '27.5 hours'],
    [73, '3 days'],
  ])('of %s is %s', (hours, words) => {
    expect(hoursInWords(hours)).toBe(words);
  });
});
