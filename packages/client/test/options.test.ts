import { describe, expect, it } from 'vitest';
import { PartnerCenterClient, type PartnerCenterClientOptions } from '../src/index.js';
import { FixedCredential } from './fixture.js';

const build = (options: PartnerCenterClientOptions) => new PartnerCenterClient(new FixedCredential(), options);

describe('a client is built', () => {
  it.each<PartnerCenterClientOptions>([
    {},
    { baseUrl: 'https://partner.partnercenterapi.microsoftonline.cn' },
    { baseUrl: 'https://vetted.example:8443/' },
    { baseUrl: 'http://localhost:8080' },
    { baseUrl: 'http://127.0.0.1:8080' },
    { baseUrl: 'http://127.8.9.10' },
    { baseUrl: 'http://[::1]:8080' },
    { retryOptions: { maxRetries: 0, retryDelayInMs: 0, maxRetryDelayInMs: 0 } },
    { timeoutInMs: 1 },
    { validateMfa: true, onResponse: () => {} },
    { timeoutInMs: 2_147_483_647 },
    { applicationName: 'x', locale: 'en-US', correlationId: '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745' },
  ])('with %j', (options) => {
    expect(() => build(options)).not.toThrow();
  });
});

it('a client is built with members that are no options', () => {
  expect(() => build({ baseUrl: 'https://vetted.example', region: 'eu' } as PartnerCenterClientOptions)).not.toThrow();
});

it.each<[string, (client: PartnerCenterClient) => unknown]>([
  // @ts-expect-error JavaScript callers have no compiler.
  ['pageSize', ({ customers }) => customers.list({ PageSize: 5 })],
  // @ts-expect-error As above.
  ['continueFrom', ({ qualifications }) => qualifications.list({ continuefrom: '' })],
  [
    'intervalInMs',
    // @ts-expect-error As above.
    ({ customers }) => customers.byId('1').qualification.waitForDecision('Education', { intervalInMS: 1 }),
  ],
])('a listing or a poller names %s where it is misspelt', (name, call) => {
  expect(() => call(build({}))).toThrow(new RegExp(`is no option: it is spelt ${name}\\.$`));
});

describe('a client is refused, naming the option', () => {
  it.each<[string, PartnerCenterClientOptions]>([
    ['baseUrl must be a URL', { baseUrl: 'api.partnercenter.microsoft.com' }],
    ['baseUrl must be https', { baseUrl: 'http://api.partnercenter.microsoft.com' }],
    ['baseUrl must be https', { baseUrl: 'http://127.0.0.1.evil.example' }],
    ['baseUrl must be https', { baseUrl: 'http://localhost.evil.example' }],
    ['baseUrl must be https', { baseUrl: 'ftp://localhost' }],
    ['baseUrl must end after host and port', { baseUrl: 'https://vetted.example/v1' }],
    ['baseUrl must end after host and port', { baseUrl: 'https://vetted.example?x=1' }],
    ['baseUrl must not hold a name', { baseUrl: 'https://me:pw@vetted.example' }],
    ['scope must be printable', { scope: '' }],
    ['retryOptions.maxRetries must be a whole number from 0 to 100; -1', { retryOptions: { maxRetries: -1 } }],
    ['retryOptions.maxRetries must be a whole number from 0 to 100; 1.5', { retryOptions: { maxRetries: 1.5 } }],
    ['retryOptions.retryDelayInMs must be from 0', { retryOptions: { retryDelayInMs: Number.NaN } }],
    ['retryOptions.maxRetryDelayInMs must be from 0', { retryOptions: { maxRetryDelayInMs: 2 ** 31 } }],
    ['timeoutInMs must be a whole number from 1 to 2147483647; 0', { timeoutInMs: 0 }],
    ['timeoutInMs must be', { timeoutInMs: Number.POSITIVE_INFINITY }],
    ['applicationName must be printable', { applicationName: 'a\r\nX-Evil: 1' }],
    ['locale must be printable', { locale: '' }],
    ['correlationId must be printable', { correlationId: 'ü' }],
  ])('%s', (message, options) => {
    expect(() => build(options)).toThrow(RangeError);
    expect(() => build(options)).toThrow(message);
  });

  it.each<[string, object]>([
    ['baseUrl must be a string, not number', { baseUrl: 8080 }],
    ['scope must be a string, not object', { scope: ['x'] }],
    ['httpClient must have a sendRequest function', { httpClient: {} }],
    ['retryOptions.maxRetries must be a number, not string', { retryOptions: { maxRetries: '3' } }],
    ['retryOptions.retryDelayInMs must be a number, not string', { retryOptions: { retryDelayInMs: '3' } }],
    ['timeoutInMs must be a number, not string', { timeoutInMs: '10s' }],
    ['locale must be a string, not boolean', { locale: true }],
    ['retryOptions must be an object', { retryOptions: 3 }],
    ['retryOptions must be an object', { retryOptions: null }],
    ['validateMfa must be a boolean, not string', { validateMfa: 'true' }],
    ['validateMfa must be a boolean, not object', { validateMfa: null }],
    ['onResponse must be a function, not object', { onResponse: console }],
    ['baseURL is no option: it is spelt baseUrl.', { baseURL: 'https://vetted.example' }],
    ['timeoutInMS is no option: it is spelt timeoutInMs.', { timeoutInMS: 1 }],
    ['retryOptions.MaxRetries is no option: it is spelt retryOptions.maxRetries.', { retryOptions: { MaxRetries: 1 } }],
  ])('%s', (message, options) => {
    expect(() => build(options)).toThrow(TypeError);
    expect(() => build(options)).toThrow(message);
  });

  it('where the credential is none', () => {
    // @ts-expect-error JavaScript callers have no compiler.
    expect(() => new PartnerCenterClient('a token')).toThrow(TypeError);
    // @ts-expect-error The credential is required.
    expect(() => new PartnerCenterClient()).toThrow('credential must be a TokenCredential');
  });
});
