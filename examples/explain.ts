import { isPartnerCenterError } from '@vetted/client';

/** Why a program cannot go on, in one sentence. A refusal has the id that its service is asked about. */
export function explain(error: unknown): string {
  if (isPartnerCenterError(error)) {
    return `${error.code ?? error.statusCode}: ${error.message} (correlation id ${error.correlationId})`;
  }
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
