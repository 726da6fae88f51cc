import { customerPath, paths } from '@vetted/contract';
import { describe, expect, it } from 'vitest';

describe('customerPath', () => {
  it('puts the customer id in its place', () => {
    expect(customerPath(paths.qualifications, 'abc')).toBe('/v1/customers/abc/qualifications');
  });

  it.each([
    ['../all', '/v1/customers/..%2Fall'],
    ['a/b?c#d', '/v1/customers/a%2Fb%3Fc%23d'],
    ['ü $&', '/v1/customers/%C3%BC%20%24%26'],
  ])('URL-encodes the id %s', (id, path) => {
    expect(customerPath(paths.customer, id)).toBe(path);
  });
});
