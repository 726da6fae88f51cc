import type { Action } from './actions.js';
import { denialText, manyLines, oneLine } from './denials.js';
import { type Draft, lengthOf, MAX_NOTE_LENGTH, MAX_REASON_LENGTH } from './draft.js';
import type { Change } from './use-decide.js';

/** What keeps a draft from being sent, by the field that it is about, as a person is told. */
export interface DraftProblems {
  readonly reasonCode?: string;
  readonly reason?: string;
  readonly note?: string;
}

/** What is too long, which a person is told while they write. */
export function tooLong(action: Action, { reason, note }: Draft): DraftProblems {
  return {
    ...(action === 'deny' && excess(oneLine(reason), MAX_REASON_LENGTH, 'reason')),
    ...excess(manyLines(note), MAX_NOTE_LENGTH, 'note'),
  };
}

/** What is missing, which a person is told when they try to send. */
export function missing(action: Action, { reasonCode, reason, note }: Draft): DraftProblems {
  if (action === 'reopen' && manyLines(note) === '') return { note: 'Write why the approval is taken back.' };
  if (action !== 'deny') return {};
  if (reasonCode === undefined) return { reasonCode: 'Choose a reason.' };
  return denialText(reasonCode, reason) === undefined ? { reason: 'Write what the partner is to read.' } : {};
}

/** The draft as it is sent; undefined where something keeps it from being sent. */
export function changeOf(action: Action, draft: Draft): Change | undefined {
  if (Object.keys({ ...tooLong(action, draft), ...missing(action, draft) }).length > 0) return undefined;
  const reason = oneLine(draft.reason);
  const text = manyLines(draft.note);
  const note = text !== '' && { note: text };
  if (action === 'reopen') return { decision: 'Reopened', reason: text };
  if (action === 'approve') return { decision: 'Approved', ...note };
  return (
    draft.reasonCode && {
      decision: 'Denied',
      reasonCode: draft.reasonCode,
      ...(reason !== '' && { reason }),
      ...note,
    }
  );
}

function excess(text: string, most: number, field: keyof DraftProblems): DraftProblems {
  const over = lengthOf(text) - most;
  return over > 0 ? { [field]: `${over.toLocaleString()} too many: at most ${most.toLocaleString()} characters.` } : {};
}
