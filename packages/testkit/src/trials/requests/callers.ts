import type { SandboxDescription } from '@vetted/service';
import { otherPartner } from '../../examples.js';
import { tokenSource } from '../../sandbox.js';

/** Who sends generated requests. */
export const callerNames = ['agent', 'app', 'reviewer', 'administrator', 'otherPartner', 'nobody', 'stranger'] as const;
export type CallerName = (typeof callerNames)[number];

/** The tokens of all callers; those of a tenant that is no partner and of nobody at all included. */
export async function tokensOf(sandbox: SandboxDescription): Promise<Readonly<Record<CallerName, string | undefined>>> {
  const { appToken, userToken } = tokenSource(sandbox);
  return {
    agent: await userToken('agent'),
    app: await appToken(),
    reviewer: await userToken('reviewer'),
    administrator: await userToken('administrator'),
    otherPartner: await appToken(otherPartner.tenantId),
    nobody: undefined,
    stranger: await appToken('11111111-2222-4333-8444-555555555555'),
  };
}

/** Who gets furthest with an operation. */
export function rightfulCaller(path: string): CallerName {
  if (path.startsWith('/vetting/v1/reviews')) return 'reviewer';
  return path.startsWith('/vetting/v1/partners') ? 'administrator' : 'agent';
}
