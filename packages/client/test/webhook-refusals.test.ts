import { inspect } from 'node:util';
import fc from 'fast-check';
import { WebhookVerificationError as PackageError } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isWebhookVerificationError, WebhookVerificationError } from '../src/index.js';
import { BODY, failureOf, ID, NOW, reasonOf, SECRET, signed, updated } from './delivery.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a delivery is refused', () => {
  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s, by name', (name) => {
    for (const value of [undefined, '', []]) {
      const error = failureOf(BODY, { ...signed(BODY), [name]: value });
      expect([error.reason, error.message]).toEqual(['header-missing', expect.stringContaining(name)]);
    }
    const headers = new Headers(signed(BODY));
    headers.delete(name);
    expect(reasonOf(BODY, headers)).toBe('header-missing');
  });

  it('that is signed as Partner Center signs', () => {
    expect(reasonOf(BODY, { authorization: 'Signature x', 'x-ms-signature-algorithm': 'rsa-sha256' })).toBe(
      'header-missing',
    );
  });

  it.each([
    ['301 seconds old', -301, '301 seconds before'],
    ['301 seconds early', 301, '301 seconds after'],
    ['days ahead', 259_200, '259200 seconds after'],
  ])('that is %s', (_age, seconds, told) => {
    const at = new Date(NOW.getTime() + seconds * 1000);
    const error = failureOf(BODY, signed(BODY, { at }));
    expect([error.reason, error.message]).toEqual(['timestamp-invalid', expect.stringContaining(told)]);
  });

  it.each(['soon', '-1', '0', '1792567680.5', '1792567680s', '0x6AD86200', '1e9', ' 1792567680'])(
    'whose time is "%s"',
    (timestamp) => {
      expect(reasonOf(BODY, { ...signed(BODY), 'webhook-timestamp': timestamp })).toBe('timestamp-invalid');
    },
  );

  it('whose headers are huge', () => {
    const huge = '9'.repeat(1_000_000);
    expect(reasonOf(BODY, { ...signed(BODY), 'webhook-id': huge })).toBe('signature-mismatch');
    expect(reasonOf(BODY, { ...signed(BODY), 'webhook-timestamp': huge })).toBe('timestamp-invalid');
    expect(reasonOf(BODY, { ...signed(BODY), 'webhook-signature': huge })).toBe('signature-mismatch');
    expect(reasonOf(BODY, { ...signed(BODY), 'webhook-signature': 'v1,ü '.repeat(10_000) })).toBe('signature-mismatch');
  });

  it('that carries its id or its time twice', () => {
    const headers = signed(BODY);
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
    expect(reasonOf(BODY, { ...headers, 'webhook-id': [id, id] })).toBe('signature-mismatch');
    expect(reasonOf(BODY, { ...headers, 'Webhook-Id': id })).toBe('signature-mismatch');
    expect(reasonOf(BODY, { ...headers, 'webhook-timestamp': [timestamp, timestamp] })).toBe('timestamp-invalid');
  });

  it('under another id, at another time, with another body or by another secret', () => {
    const headers = signed(BODY);
    const other = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    expect(reasonOf(BODY, { ...headers, 'webhook-id': `${ID}x` })).toBe('signature-mismatch');
    expect(reasonOf(BODY, { ...headers, 'webhook-timestamp': '1792567681' })).toBe('signature-mismatch');
    expect(reasonOf(`${BODY} `, headers)).toBe('signature-mismatch');
    expect(reasonOf(BODY, headers, other)).toBe('signature-mismatch');
  });

  it.each([
    'v1',
    'v1,',
    ',',
    'v1a,hdiNl4hwrCxrE7Fy1w3/Lpk4hnKUgI2TqSJysed9TFU=',
    'hdiNl4hwrCxrE7Fy1w3/Lpk4hnKUgI2TqSJysed9TFU=',
  ])('whose signature is "%s"', (signature) => {
    expect(reasonOf(BODY, { ...signed(BODY), 'webhook-signature': signature })).toBe('signature-mismatch');
  });

  it('that was parsed and written again', () => {
    const pretty = JSON.stringify(updated, null, 2);
    const error = failureOf(JSON.stringify(JSON.parse(pretty)), signed(pretty));
    expect([error.reason, error.message]).toEqual(['signature-mismatch', expect.stringContaining('raw body')]);
  });

  it.each([
    ['parsed', updated],
    ['not at all', undefined],
    ['as null', null],
    ['as a number', 7],
  ])('where the body is passed %s', (_how, body) => {
    const error = failureOf(body, signed(BODY));
    expect([error.reason, error.message]).toEqual(['body-invalid', expect.stringContaining('Pass the raw body')]);
  });

  it('where the body is not UTF-8, though the package would read it as the text that was signed', () => {
    const text = JSON.stringify({ ...updated, ResourceName: '\ufffd' });
    const start = Buffer.from(text.slice(0, text.indexOf('\ufffd')));
    const bytes = Buffer.concat([start, Buffer.from([0xff]), Buffer.from(text.slice(text.indexOf('\ufffd') + 1))]);
    expect(bytes.toString()).toBe(text);
    expect(reasonOf(bytes, signed(text))).toBe('body-invalid');
  });

  it.each([[''], ['whsec_'], ['whsec_not base64!'], [`${SECRET} ${SECRET}`], [null], [7]])(
    'where the secret is %j, before anything else is looked at',
    (secret) => {
      expect(reasonOf(BODY, {}, secret)).toBe('secret-invalid');
    },
  );

  it('with an error and nothing else, whatever arrives', () => {
    const headers = fc.dictionary(
      fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'Webhook-Signature', 'get', '__proto__'),
      fc.oneof(fc.string(), fc.constant(signed(BODY)['webhook-timestamp']), fc.array(fc.string()), fc.constant('v1,x')),
    );
    const body = fc.oneof(fc.string(), fc.uint8Array(), fc.json());
    fc.assert(
      fc.property(body, headers, fc.string(), (raw, given, secret) => {
        expect(isWebhookVerificationError(failureOf(raw, given))).toBe(true);
        expect(isWebhookVerificationError(failureOf(raw, given, secret))).toBe(true);
      }),
      { seed: 20_201_203 },
    );
  });
});

describe('WebhookVerificationError', () => {
  it('prints neither the secret nor a signature', () => {
    const headers = signed(BODY);
    const signature = headers['webhook-signature'].slice('v1,'.length);
    const bad = `${SECRET}!!!!`;
    for (const error of [
      failureOf(`${BODY} `, headers),
      failureOf(BODY, { ...headers, 'webhook-timestamp': signature }),
      failureOf(BODY, { ...headers, 'webhook-id': undefined }),
      failureOf('x', signed('x')),
      failureOf(BODY, headers, bad),
    ]) {
      const printed = inspect(error, { showHidden: true, depth: 20 });
      expect(printed).toContain('WebhookVerificationError');
      expect(printed).not.toContain(SECRET.slice('whsec_'.length));
      expect(printed).not.toContain(signature);
    }
  });

  it('is told by its name and its reason, so that one of another copy of the package counts', () => {
    const foreign = Object.assign(new Error('x'), { name: 'WebhookVerificationError', reason: 'body-invalid' });
    expect(isWebhookVerificationError(new WebhookVerificationError('x', 'body-invalid'))).toBe(true);
    expect(isWebhookVerificationError(foreign)).toBe(true);
  });

  it.each([[new Error('x')], [new PackageError('x')], [undefined], [null], ['WebhookVerificationError'], [{}]])(
    'is not %s',
    (other) => {
      expect(isWebhookVerificationError(other)).toBe(false);
    },
  );
});
