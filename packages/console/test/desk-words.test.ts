import { describe, expect, it } from 'vitest';
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
