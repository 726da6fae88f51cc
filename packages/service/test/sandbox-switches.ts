import { type FaultRule, FaultRules } from '@vetted/contract';
import { type Answer, call } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { expect } from 'vitest';

export const faultsPath = '/sandbox/v1/faults';

export function putFaults(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return call(url + faultsPath, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** Puts these rules in the place of all others. */
export async function setFaults(url: string, ...rules: FaultRule[]): Promise<void> {
  const { status, body, text } = await putFaults(url, rules);
  expect({ status, body }, text).toEqual({ status: 200, body: rules });
}

export async function standingFaults(url: string): Promise<FaultRules> {
  return Value.Parse(FaultRules, (await call(url + faultsPath)).body);
}
