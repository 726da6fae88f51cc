import type { DenialCode } from '@vetted/client';

/** What a reviewer has written about a review, but not sent. */
export interface Draft {
  readonly reasonCode: DenialCode | undefined;
  /** What the partner is to read instead of the reason's own text. */
  readonly reason: string;
  /** For reviewers only. */
  readonly note: string;
}

/** By the review's id: what was written is there again when a reviewer comes back to the review. */
export type Drafts = Map<string, Draft>;

export const emptyDraft: Draft = { reasonCode: undefined, reason: '', note: '' };

export const MAX_REASON_LENGTH = 512;
export const MAX_NOTE_LENGTH = 2_000;

/** The length as the service counts it: in characters, of which an emoji is one. */
export function lengthOf(text: string): number {
  return [...text].length;
}
