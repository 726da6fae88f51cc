/** What a review is opened with, so that the focus follows the person's wish and is left alone otherwise. */
export interface ReviewLocationState {
  readonly takesFocus: boolean;
}

/** The state of a link by which a person opens a review. */
export const openedByPerson: ReviewLocationState = { takesFocus: true };

/** Whether the review that a place in the browser's history shows takes the focus. */
export function takesFocusOf(state: unknown): boolean {
  return (state as ReviewLocationState | null)?.takesFocus === true;
}
