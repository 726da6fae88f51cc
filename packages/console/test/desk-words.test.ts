import { describe, expect, it } from 'vitest';
import { timeLeft } from '../src/features/desk/due.js';
import { websiteLink } from '../src/features/desk/website.js';

describe('a website that a partner gave', () => {
  it.each([
    ['example.edu', 'https://example.edu/'],
    ['example.edu:8443/about?x=1', 'https://example.edu:8443/about?x=1'],
    ['http://example.edu', 'http://example.edu/'],
    ['HTTPS://EXAMPLE.EDU', 'https://example.edu/'],
    ['schule-köln.example', 'https://xn--schule-kln-lcb.example/'],
  ])('leads from %s to %s', (text, href) => {
    expect(websiteLink(text)?.href).toBe(href);
  });

  it.each([
    'javascript:alert(1)',
    'javascript://example.edu/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'www.school.edu@evil.example',
    'https://user:secret@example.edu',
    'our website',
    'none',
    '',
    '//',
  ])('is text alone where it is %s', (text) => {
    expect(websiteLink(text)).toBeUndefined();
  });
});

describe('the time that a review has left', () => {
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
