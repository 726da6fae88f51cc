import { describe, expect, it } from 'vitest';
import { describeError } from '../src/http/request-log.js';

describe('an error in the log', () => {
  /** As PostgreSQL's driver throws it. */
  const driverError = () =>
    Object.assign(new Error('duplicate key value violates unique constraint "customer_pkey"'), {
      name: 'error',
      code: '23505',
      detail: 'Key (company_name)=(Litware) already exists.',
      where: 'Litware',
      hint: 'Litware',
      internalQuery: 'select Litware',
      parameters: ['Litware'],
      table: 'customer',
    });

  it('has its type, its message, its stack and its code, and nothing else of what the driver tells', () => {
    const error = driverError();
    expect(describeError(error)).toStrictEqual({
      type: 'error',
      message: 'duplicate key value violates unique constraint "customer_pkey"',
      stack: error.stack,
      code: '23505',
    });
  });

  it('tells its causes the same way, however many there are', () => {
    const wrapped = new Error('outer', { cause: new TypeError('middle', { cause: driverError() }) });
    const described = describeError(wrapped);
    expect(described).toMatchObject({
      message: 'outer',
      cause: { type: 'TypeError', message: 'middle', cause: { type: 'error', code: '23505' } },
    });
    expect(JSON.stringify(described)).not.toContain('Litware');
  });

  it('has no code and no cause where there are none', () => {
    expect(Object.keys(describeError(new Error('plain')))).toEqual(['type', 'message', 'stack']);
  });

  it.each([
    ['text', 'string'],
    [null, 'object'],
    [undefined, 'undefined'],
  ])('that is no error is told by its text: %s', (thrown, type) => {
    expect(describeError(thrown)).toStrictEqual({ type, message: String(thrown), stack: '' });
  });
});
