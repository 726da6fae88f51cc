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
  /** Tells this claim from any other. */
  readonly lease: string;
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
  /** Where it went last. */
  readonly url: string;
  readonly state: DeliveryState;
  readonly results: readonly DeliveryAttempt[];
}

/** A delivery with what came of it so far. */
export interface DeliveryRecord {
  readonly id: string;
  readonly eventName: string;
  /** Absent for a test event. */
  readonly customerId?: string;
  readonly qualification?: QualificationName;
  readonly state: DeliveryState;
  /** When the event happened. */
  readonly at: string;
  /** Absent while a process has it, and where it has ended. */
  readonly nextAttemptAt?: string;
  /** Oldest first. */
  readonly results: readonly DeliveryAttempt[];
}

/** What an attempt led to: the state, and when to try again if it is still pending. */
export interface AttemptOutcome extends DeliveryAttempt {
  readonly state: DeliveryState;
  readonly nextAttemptAt?: string;
}

/** Whether the partner is registered with the service, and its webhook if it has one. */
export interface RegistrationRead {
  readonly partnerKnown: boolean;
  readonly registration?: WebhookRegistration;
}

/** What is on its way to partners that are active. */
export interface DeliveryBacklog {
  /** Counted up to a limit. */
  readonly pending: number;
  /** When the oldest event among them happened; absent where there are none. */
  readonly oldestAt?: string;
  /** When the next of them is due; in the past where it is late. */
  readonly dueAt?: string;
}

export interface WebhookReads {
  registration(partnerId: string): Promise<RegistrationRead>;
  /** The report on a test event, by the correlation id it was given. */
  testReport(partnerId: string, correlationId: string): Promise<DeliveryReport | undefined>;
  /** The partner's latest deliveries, newest first. */
  latest(partnerId: string, size: number): Promise<readonly DeliveryRecord[]>;
  /** The partners that have a delivery which is due, those first that have waited longest. */
  due(now: string): Promise<readonly string[]>;
  /** How much is on its way for everybody together, at most so many counted. */
  backlog(limit: number): Promise<DeliveryBacklog>;
}

export interface ClaimOptions {
  readonly now: string;
  readonly leasedUntil: string;
  /** Ids of deliveries that are not to be claimed, although their lease may be over. */
  readonly except: readonly string[];
  /** How many at most. */
  readonly limit: number;
}

export interface WebhookWrites {
  /** Keeps every other transaction from changing the registration, and from adding deliveries, until this one ends. */
  lock(partnerId: string): Promise<RegistrationRead>;
  /** Adds the registration, or changes it; drops deliveries of events that it is not for. */
  save(registration: WebhookRegistration, at: string): Promise<void>;
  /** Ends the registration and drops what is on its way. */
  end(partnerId: string, at: string): Promise<void>;
  /** How many test events were asked for after this time, and when the oldest of them. */
  testsSince(partnerId: string, since: string): Promise<{ count: number; oldest?: string }>;
  addTest(registration: WebhookRegistration, correlationId: string, at: string): Promise<void>;
  /**
   * Takes deliveries of the partner that are due, and keeps other processes from them until `leasedUntil`. Those of one
   * customer are taken one by one in their order: one that is pending holds back the later ones.
   */
  claim(partnerId: string, options: ClaimOptions): Promise<readonly ClaimedDelivery[]>;
  /** Writes down an attempt. Answers false, and does nothing, if the delivery has been taken over or dropped since. */
  finish(delivery: ClaimedDelivery, outcome: AttemptOutcome): Promise<boolean>;
  /** Gives back what was claimed, as if it had not been attempted. */
  release(delivery: ClaimedDelivery, at: string): Promise<void>;
  /** Forgets deliveries that ended before this time. */
  forget(before: string): Promise<void>;
}
