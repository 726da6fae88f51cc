/** The tables as Kysely sees them. Every key begins with the partner, so that a database can be spread by it. */
export interface Tables {
  partner: PartnerTable;
  customer: CustomerTable;
  qualification: QualificationTable;
  validation_code: ValidationCodeTable;
  history: HistoryTable;
  recorded_answer: RecordedAnswerTable;
  setting: SettingTable;
}

export interface PartnerTable {
  tenant_id: string;
  name: string;
  created_at: string;
}

export interface CustomerTable {
  partner_id: string;
  id: string;
  company_name: string;
  /** Folded, for order and search. */
  name_key: string;
  domain: string;
  /** Folded, for search. */
  domain_key: string;
  country: string | null;
  email: string | null;
  relationship_to_partner: string;
  /** 0 or 1. */
  relationship_ended: number;
  created_at: string;
}

export interface QualificationTable {
  partner_id: string;
  customer_id: string;
  qualification: string;
  vetting_status: string | null;
  vetting_reason: string | null;
  vetting_created_date: string | null;
  attempts: number;
  education_segment: string | null;
  website: string | null;
  validation_id: string | null;
}

export interface ValidationCodeTable {
  partner_id: string;
  validation_id: string;
  organization_name: string;
  max_creates: number;
  remaining_creates: number;
}

export interface HistoryTable {
  partner_id: string;
  customer_id: string;
  /** Counts the steps of one customer from 1. */
  sequence: number;
  at: string;
  qualification: string;
  from_status: string | null;
  to_status: string | null;
  actor_kind: string;
  actor: string;
  reason: string | null;
  correlation_id: string;
}

export interface RecordedAnswerTable {
  partner_id: string;
  request_id: string;
  fingerprint: string;
  status: number;
  body: string;
  created_at: string;
}

export interface SettingTable {
  name: string;
  value: string;
}
