import type { QualificationName } from '@vetted/contract';

/** Where a partner wants to be told. */
export interface WebhookRegistration {
  readonly partnerId: string;
  /** A GUID, new with each registration. */
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Whether the signature is repeated in `x-ms-signature`. */
  readonly signatureInMsSignatureHeader: boolean;
  /** `whsec_…`. */
  readonly secret: string;
}

/** One event on its way to one registration. */
export interface WebhookDelivery {
  /** The `webhook-id`: the same on every attempt. */
  readonly id: string;
  readonly partnerId: string;
  readonly eventName: string;
  /** Absent for a test event. */
  readonly customerId?: string;
  readonly qualification?: QualificationName;
  readonly at: string;
  readonly correlationId: string;
  /** How many attempts were made before. */
  readonly attempts: number;
}

/** A delivery that this process may make until its lease ends. */
export interface ClaimedDelivery extends WebhookDelivery {
  readonly registration: WebhookRegistration;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'dropped';

export interface DeliveryAttempt {
  readonly at: string;
  /** Absent where there was no answer. */
  readonly responseCode?: number;
  readonly message: string;
}

/** What came of a delivery. */
export interface DeliveryReport {
  readonly id: string;
  readonly url: string;
  readonly state: DeliveryState;
  readonly results: readonly DeliveryAttempt[];
}

/** What an attempt led to: the state, and when to try again if it is still pending. */
export interface AttemptOutcome extends DeliveryAttempt {
  readonly state: DeliveryState;
  readonly nextAttemptAt?: string;
}

export interface WebhookReads {
  registration(partnerId: string): Promise<{ partnerKnown: boolean; registration?: WebhookRegistration }>;
  /** The report on a test event, by the correlation id it was given. */
  testReport(partnerId: string, correlationId: string): Promise<DeliveryReport | undefined>;
}

export interface WebhookWrites {
  /** Keeps every other transaction from changing the registration until this one ends. */
  lock(partnerId: string): Promise<{ partnerKnown: boolean; registration?: WebhookRegistration }>;
  save(registration: WebhookRegistration, at: string): Promise<void>;
  /** Ends the registration and drops what is on its way. */
  end(partnerId: string, at: string): Promise<void>;
  /** How many test events were asked for since, and when the oldest of them. */
  testsSince(partnerId: string, since: string): Promise<{ count: number; oldest?: string }>;
  addTest(partnerId: string, correlationId: string, at: string): Promise<void>;
  /**
   * Takes deliveries that are due, the oldest of each customer only, and keeps other processes from them until
   * `leasedUntil`.
   */
  claim(now: string, leasedUntil: string, limit: number): Promise<readonly ClaimedDelivery[]>;
  /** When the next delivery is due, if any is on its way. */
  nextDue(): Promise<string | undefined>;
  /** Writes down an attempt, unless another process has taken the delivery over since. */
  finish(delivery: ClaimedDelivery, outcome: AttemptOutcome): Promise<void>;
  /** Forgets deliveries that ended before this time. */
  forget(before: string): Promise<void>;
  /** Gives back what was claimed and not attempted. */
  release(delivery: ClaimedDelivery): Promise<void>;
}
