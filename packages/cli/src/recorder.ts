import type { CallResponse } from '@vetted/client';

/** Keeps what a call was answered: the client's model folds the two spellings of the vetting date into one. */
export interface Recorder {
  readonly onResponse: (response: CallResponse) => void;
  /** The parsed body of the call's answer. */
  body(): unknown;
}

/** A recorder for one call. */
export function recorder(): Recorder {
  let text = '';
  return {
    onResponse({ bodyAsText }) {
      text = bodyAsText ?? '';
    },
    // Microsoft sends a byte-order mark before its JSON.
    body: () => JSON.parse(text.replace(/^\uFEFF/, '') || 'null'),
  };
}
