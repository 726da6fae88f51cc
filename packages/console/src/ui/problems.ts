import { isPartnerCenterError } from '@vetted/client';

/** What the service found wrong with a member of what it was sent: the reason completes a sentence about the name. */
export interface Problem {
  readonly name: string;
  readonly reason: string;
}

/** What the service names as wrong in refusing; empty where it names nothing. */
export function problemsOf(error: unknown): readonly Problem[] {
  return isPartnerCenterError(error) ? error.data.filter(isProblem) : [];
}

function isProblem(datum: unknown): datum is Problem {
  if (typeof datum !== 'object' || datum === null) return false;
  const { name, reason } = datum as Partial<Record<keyof Problem, unknown>>;
  return typeof name === 'string' && typeof reason === 'string';
}
