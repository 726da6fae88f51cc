import type { QualificationName, VettingStatus } from '@vetted/contract';

/** A change of a customer's qualification, as its partner is told. */
export interface QualificationEvent {
  readonly customerId: string;
  readonly qualification: QualificationName;
  readonly from?: VettingStatus;
  /** Absent where nobody vets. */
  readonly to?: VettingStatus;
  readonly reason?: string;
  readonly at: string;
  readonly correlationId: string;
}

/** An event in its place: every partner's are counted from 1, in the order in which they were committed. */
export interface SequencedEvent extends QualificationEvent {
  readonly sequence: number;
}

export interface EventReads {
  /** The number of the partner's last event, 0 before the first; undefined if the partner is unknown. */
  last(partnerId: string): Promise<number | undefined>;
  /** Those that came after, of customers with whom the relationship lasts, oldest first. */
  after(partnerId: string, sequence: number, limit: number): Promise<EventsPage>;
}

export interface EventsPage {
  readonly events: readonly SequencedEvent[];
  /** From where to go on: also past events that are not shown. */
  readonly next: number;
}

export interface EventWrites {
  /**
   * Appends an event, and a delivery to the partner's webhook if it is registered for it. The last statement but the
   * commit: until then the partner's other events wait.
   */
  append(partnerId: string, event: QualificationEvent): Promise<void>;
}
