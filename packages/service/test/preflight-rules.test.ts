import { preflightWarningCodes } from '@vetted/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preflightErrors, preflightWarnings } from '../src/domain/preflight.rules.js';
import { lookUpHost } from '../src/features/preflight/hosts.js';

const education = { qualification: 'Education', educationSegment: 'K12' } as const;

/** Codes and fields of what is warned of: `FreeMailDomain domain`. */
function warned(website: string | undefined, domain: string): string[] {
  const request = website === undefined ? education : { ...education, website };
  return preflightWarnings(request, domain, lookUpHost).map(({ code, field }) => `${code} ${field}`);
}

describe('a website', () => {
  it.each([
    ['example.edu', 'example.edu'],
    ['EXAMPLE.EDU', 'example.edu'],
    ['example.edu.', 'example.edu'],
    [' example.edu ', 'example.edu'],
    ['https://example.edu/path?query#part', 'example.edu'],
    ['http://EXAMPLE.edu:8080', 'example.edu'],
    ['example.edu:8080/path', 'example.edu'],
    ['HTTPS://www.example.edu', 'example.edu'],
    ['www.example.edu', 'lakeshore.example.edu'],
    ['example.edu', 'lakeshore.example.edu'],
    ['https://bücher.example.edu', 'example.edu'],
    ['https://schule-münchen.de/über', 'schule-münchen.de'],
    ['xn--schule-mnchen-3ob.de', 'SCHULE-MÜNCHEN.de'],
    ['www.lincoln.k12.wa.us', 'lincoln.k12.wa.us'],
    ['https://school.ac.uk', 'school.ac.uk'],
    ['lincoln-school.github.io', 'lincoln-school.github.io'],
  ])("that says %s is the customer's whose domain is %s", (website, domain) => {
    expect(warned(website, domain)).toEqual([]);
  });

  it.each([
    ['example.org', 'example.edu'],
    ['example.edu.example.org', 'example.edu'],
    ['notexample.edu', 'example.edu'],
    ['other.k12.wa.us', 'lincoln.k12.wa.us'],
    ['other.ac.uk', 'school.ac.uk'],
    ['other-school.github.io', 'lincoln-school.github.io'],
    ['example.edu', 'not a domain'],
    ['example.edu', ''],
  ])("that says %s is not the customer's whose domain is %j", (website, domain) => {
    expect(warned(website, domain)).toEqual(['WebsiteDomainDiffers website']);
  });

  it.each([
    'school',
    'localhost',
    'http://localhost:8080',
    '192.0.2.1',
    'http://192.0.2.1/',
    'http://3221225985',
    'http://[2001:db8::1]/',
    'edu',
    'co.uk',
    'github.io',
    'school.internal',
    'school.nosuchsuffix',
    'school..edu',
    '.edu',
    '-school.edu',
    'my_school.edu',
    'our school',
    'our school.edu',
    `${'a'.repeat(64)}.edu`,
    `${'a.'.repeat(140)}edu`,
    'head@school.edu',
    'mailto:head@school.edu',
    'ftp://school.edu',
    'javascript:alert(1)',
    'https://',
    'https:///',
    '://school.edu',
    '?',
    '%',
    '\u{1f3eb}',
    ' ',
  ])('cannot be at %j', (website) => {
    expect(warned(website, 'school.edu')).toEqual(['WebsiteNotResolvable website']);
  });

  it.each(['gmail.com', 'https://mail.gmail.com/inbox', 'HOTMAIL.CO.UK'])(
    'of a mail provider is told: %s',
    (website) => {
      expect(warned(website, 'school.edu')).toEqual(['WebsiteDomainDiffers website', 'FreeMailDomain website']);
    },
  );

  it('that nobody gave is not warned of', () => {
    expect(warned(undefined, 'school.edu')).toEqual([]);
  });
});

describe("the customer's domain", () => {
  it.each(['gmail.com', 'Outlook.com', 'yahoo.co.uk', 'web.de', 'qq.com', 'müll.email'])(
    'is told to be a mail provider: %s',
    (domain) => {
      expect(warned(undefined, domain)).toEqual(['FreeMailDomain domain']);
    },
  );

  it.each(['nus.edu.sg', 'mail.bcu.ac.uk', 'example.com', 'school.example.com'])(
    'is told to be none though it is in a list of them: %s',
    (domain) => {
      expect(warned(undefined, domain)).toEqual([]);
    },
  );

  it.each(['school.onmicrosoft.com', 'SCHOOL.OnMicrosoft.com', 'school.mail.onmicrosoft.com'])(
    'is told to be the one a tenant begins with: %s',
    (domain) => {
      expect(warned(undefined, domain)).toEqual(['OnMicrosoftDomain domain']);
    },
  );

  it.each(['notonmicrosoft.com', 'onmicrosoft.com.example.edu'])('is not taken for such a one: %s', (domain) => {
    expect(warned(undefined, domain)).toEqual([]);
  });

  it.each(['', 'not a domain', '192.0.2.1', '\u{1f3eb}'])('that is none says nothing: %j', (domain) => {
    expect(warned(undefined, domain)).toEqual([]);
  });
});

describe('warnings', () => {
  it('come together', () => {
    expect(warned('gmail.com', 'school.onmicrosoft.com')).toEqual([
      'WebsiteDomainDiffers website',
      'FreeMailDomain website',
      'OnMicrosoftDomain domain',
    ]);
  });

  it.each([
    { qualification: 'StateOwnedEntity' },
    { qualification: 'GovernmentCommunityCloud', validationCode: '12345' },
  ] as const)('are not given for what nobody reviews: $qualification', (request) => {
    expect(preflightWarnings(request, 'gmail.com', lookUpHost)).toEqual([]);
  });

  it('are given whatever is written for a website and a domain, each in one sentence', () => {
    const address = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.webUrl(),
      fc.domain(),
      fc.emailAddress(),
      fc.ipV4Extended(),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(address, address, (website, domain) => {
        for (const { code, message, severity } of preflightWarnings({ ...education, website }, domain, lookUpHost)) {
          expect(preflightWarningCodes).toContain(code);
          expect(message).toMatch(/^[A-Z][^.]*(example\.edu)?\.$/);
          expect(severity).toBe('warning');
        }
      }),
      { numRuns: 2_000, seed: 20_201_203 },
    );
  });
});

describe('errors', () => {
  it('are the problems of the request and the verdict of the rules together', () => {
    const approved = { qualification: 'Education', vettingStatus: 'Approved', attempts: 1 } as const;
    const request = { qualification: 'Education', validationCode: '12345' } as const;
    expect(preflightErrors(request, '67890', [approved], undefined)).toEqual([
      {
        code: '3000',
        field: 'validationCode',
        message: 'validationCode does not belong to a request for Education.',
        severity: 'error',
      },
      {
        code: '3000',
        field: 'educationSegment',
        message: 'educationSegment is required for Education: K12 or HigherEducation.',
        severity: 'error',
      },
      { code: '3000', field: 'code', message: 'code does not belong to a request for Education.', severity: 'error' },
      {
        code: 'QualificationApproved',
        field: 'qualification',
        message: 'The customer already has this qualification. An approval is final and cannot be requested again.',
        severity: 'error',
      },
    ]);
  });

  it('tell of a missing code once', () => {
    const request = { qualification: 'GovernmentCommunityCloud' } as const;
    expect(preflightErrors(request, undefined, [], undefined)).toEqual([
      expect.objectContaining({ code: '3000', field: 'validationCode' }),
    ]);
  });
});
