import { problemsOf } from '../../ui/problems.js';

/** What the service found wrong with a member of the body, as a sentence; undefined where it found nothing. */
export function fieldProblem(error: unknown, member: string): string | undefined {
  const reasons = problemsOf(error).flatMap(({ name, reason }) => (belongsTo(name, member) ? [sentence(reason)] : []));
  return reasons.length === 0 ? undefined : reasons.join(' ');
}

/** Whether all that was found wrong belongs to these members, so that nothing is left to say elsewhere. */
export function isAboutFields(error: unknown, members: readonly string[]): boolean {
  const problems = problemsOf(error);
  return problems.length > 0 && problems.every(({ name }) => members.some((member) => belongsTo(name, member)));
}

/** The member itself, or a place within it: `WebhookEvents[0]`. */
function belongsTo(name: string, member: string): boolean {
  return name === member || name.startsWith(`${member}[`) || name.startsWith(`${member}.`);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
