import { PartnerCenterError } from '@vetted/client';
import { faults } from '@vetted/contract';
import { expect, it } from 'vitest';
import { explainFault } from '../src/report.js';
import { inWordsOfTheCommandLine } from '../src/service-words.js';

const correlationId = 'b7d15612-0c26-48ec-8a1c-768d403d785c';

it('tells the correlation id once, also where the text has it', () => {
  const text = 'An unforeseen error occurred.';
  const details = { statusCode: 500, code: '800003', correlationId };
  expect(explainFault(new PartnerCenterError(text, details))).toBe(
    `An unforeseen error occurred (fault 800003, correlation id ${correlationId}).`,
  );
  expect(explainFault(new PartnerCenterError(`${text} The correlation id is ${correlationId}.`, details))).toBe(
    `An unforeseen error occurred. The correlation id is ${correlationId} (fault 800003).`,
  );
});

it('says what HTTP calls a part of a request in words of the command line', () => {
  const { code, description } = faults.InputInvalid;
  const data = [{ name: 'website', reason: 'must be a host name' }];
  expect(explainFault(new PartnerCenterError(description, { statusCode: 400, code, data }))).toBe(
    'The service cannot take this: website must be a host name (fault 3000).',
  );
});

it('knows the texts that it translates', () => {
  const said = Object.values(faults).map(({ description }) => inWordsOfTheCommandLine(description));
  const ofHttp = /If-Match|Retry-After|query parameter|\/v1\/customers|\/docs/;
  expect(said.filter((text) => ofHttp.test(text))).toEqual([]);
});

it("leaves a service's own words as they are", () => {
  const error = new PartnerCenterError('Customer not found.', { statusCode: 404, code: '60003' });
  expect(explainFault(error)).toBe('Customer not found (fault 60003).');
});
