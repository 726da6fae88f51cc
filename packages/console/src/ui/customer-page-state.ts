/** What a link to a customer's page hands over, in the browser's history. */
export interface CustomerPageState {
  /** The query of the list that the person came from. */
  readonly listSearch: string;
}

/** The query of the list to lead back to; empty where the person came from elsewhere. */
export function listSearchOf(state: unknown): string {
  if (typeof state !== 'object' || state === null || !('listSearch' in state)) return '';
  return typeof state.listSearch === 'string' ? state.listSearch : '';
}
