import type { Generated } from 'kysely';

/** The tables as Kysely sees them. Every key begins with the partner, so that a database can be spread by it. */
export interface Tables {
  partner: PartnerTable;
  customer: CustomerTable;
  qualification: QualificationTable;
  validation_code: ValidationCodeTable;
  history: HistoryTable;
  review: ReviewTable;
  event: EventTable;
  webhook_registration: WebhookRegistrationTable;
  webhook_delivery: WebhookDeliveryTable;
  webhook_attempt: WebhookAttemptTable;
  recorded_answer: RecordedAnswerTable;
  setting: SettingTable;
  throttle_use: ThrottleUseTable;
}

/** Where a chain of the history ends. */
interface ChainHead {
  /** The number of its last entry, 0 before the first. */
  history_sequence: Generated<number>;
  /** The hash of its last entry, empty before the first. */
  history_hash: Generated<string>;
}

export interface PartnerTable extends ChainHead {
  tenant_id: string;
  name: string;
  /** 0 or 1. */
  active: Generated<number>;
  created_at: string;
  /** The number of its last event, 0 before the first. */
  event_sequence: Generated<number>;
}

export interface CustomerTable extends ChainHead {
  partner_id: string;
  id: string;
  company_name: string;
  /** Folded, for order and search. */
  name_key: string;
  domain: string;
  /** Folded, for search. */
  domain_key: string;
  /** The first characters of it, as many as every index can hold. */
  domain_start: string;
  country: string | null;
  email: string | null;
  relationship_to_partner: string;
  /** 0 or 1. */
  relationship_ended: number;
  created_at: string;
  /** The body of a GET of its qualifications, and its ETag; null while there is none. See `publishQualifications`. */
  published: Generated<string | null>;
  published_etag: Generated<string | null>;
}

/** The customer's, so that a listing of customers can begin at the row; see `followCustomers`. */
export interface CustomerPlace {
  name_key: string;
  domain_start: Generated<string>;
  /** 0 or 1. */
  relationship_ended: Generated<number>;
}

export interface QualificationTable extends CustomerPlace {
  partner_id: string;
  customer_id: string;
  qualification: string;
  vetting_status: string | null;
  vetting_reason: string | null;
  vetting_created_date: string | null;
  attempts: number;
  education_segment: string | null;
  website: string | null;
  /** The id of the validation code that was used, which may be gone since. */
  validation_code_id: string | null;
}

export interface ValidationCodeTable {
  partner_id: string;
  /** A keyed hash of the code. */
  lookup: string;
  /** A GUID. */
  id: string;
  /** Encrypted. */
  code: string;
  organization_name: string;
  max_creates: number;
  remaining_creates: number;
}

export interface HistoryTable {
  partner_id: string;
  /** Empty for the partner's own chain. */
  customer_id: string;
  /** Counts the steps of one chain from 1. */
  sequence: number;
  at: string;
  subject: string;
  qualification: string | null;
  from_status: string | null;
  to_status: string | null;
  actor_kind: string;
  actor: string;
  reason: string | null;
  note: string | null;
  changes: string | null;
  correlation_id: string;
  /** Empty for the first step. */
  previous_hash: string;
}

export interface ReviewTable extends CustomerPlace {
  partner_id: string;
  customer_id: string;
  qualification: string;
  attempt: number;
  id: string;
  status: string;
  education_segment: string | null;
  website: string | null;
  submitted_at: string;
  submitted_by: string;
  due_at: string;
  decided_at: string | null;
  decided_by: string | null;
  /** Milliseconds from request to decision. */
  decided_in: number | null;
  reason: string | null;
  reason_code: string | null;
  note: string | null;
  version: number;
  /** When the policy is asked; null where it is not asked, or not again. */
  policy_at: string | null;
}

export interface EventTable {
  partner_id: string;
  sequence: number;
  customer_id: string;
  qualification: string;
  from_status: string | null;
  to_status: string | null;
  reason: string | null;
  at: string;
  correlation_id: string;
}

export interface WebhookRegistrationTable {
  partner_id: string;
  id: string;
  url: string;
  /** A JSON array. */
  events: string;
  /** Encrypted. */
  secret: string;
  /** 0 or 1. */
  ms_signature: number;
  created_at: string;
  updated_at: string;
}

export interface WebhookDeliveryTable {
  partner_id: string;
  id: string;
  /** Null for a test event. */
  customer_id: string | null;
  qualification: string | null;
  /** The event's number; 0 for a test event. */
  sequence: number;
  event_name: string;
  at: string;
  correlation_id: string;
  /** Where it goes, or went last. */
  url: string;
  state: string;
  attempts: number;
  /** When it is due; while it is leased, when the lease is over. */
  next_attempt_at: string;
  /** Tells one claim from the next; null while nobody has it. */
  lease: string | null;
  ended_at: string | null;
}

export interface WebhookAttemptTable {
  partner_id: string;
  delivery_id: string;
  attempt: number;
  at: string;
  response_code: number | null;
  message: string;
}

export interface RecordedAnswerTable {
  partner_id: string;
  request_id: string;
  /** A keyed hash of it: the request may hold a validation code. */
  fingerprint: string;
  status: number;
  body: string;
  created_at: string;
}

export interface SettingTable {
  name: string;
  value: string;
}

/** On PostgreSQL only. */
export interface ThrottleUseTable {
  partner_id: string;
  /** Empty where all requests of the partner count. */
  customer_id: string;
  kind: string;
  period: number;
  used: number;
}
