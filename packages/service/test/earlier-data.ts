import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';

/** What the tables of an earlier version held, written as that version wrote it: not by today's program. */
export const partner = '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';
export const customer = '71b473d5-c4a2-4381-82e5-809400000001';
export const reviewId = '5d0e9a14-7c62-4b8f-8e31-6a9b0c1d2e01';
export const correlationId = '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745';
const at = '2026-01-09T10:00:00.000Z';
const actor = `${partner}/5d0e9a14-7c62-4b8f-8e31-6a9b0c1d2e02`;

type Row = Readonly<Record<string, string | number | null>>;
/** Tables as whatever version has them. */
export type AnyTables = Readonly<Record<string, Row>>;
type Rows = readonly (readonly [table: string, row: Row])[];

const partnerRow = { tenant_id: partner, name: 'Contoso CSP', created_at: at };
const customerRow = {
  partner_id: partner,
  id: customer,
  company_name: 'Fabrikam Academy',
  name_key: 'fabrikam academy',
  domain: 'fabrikam.example.edu',
  domain_key: 'fabrikam.example.edu',
  country: 'US',
  email: 'it@fabrikam.example.edu',
  relationship_to_partner: 'reseller',
  created_at: at,
};
const education = {
  partner_id: partner,
  customer_id: customer,
  qualification: 'Education',
  vetting_status: 'InReview',
  vetting_created_date: at,
  attempts: 1,
  education_segment: 'K12',
  website: 'fabrikam.example.edu',
};
const government = {
  partner_id: partner,
  customer_id: customer,
  qualification: 'GovernmentCommunityCloud',
  vetting_status: 'Approved',
  attempts: 1,
  validation_id: '12345',
};
const step = {
  partner_id: partner,
  customer_id: customer,
  sequence: 1,
  at,
  qualification: 'Education',
  from_status: null,
  to_status: 'InReview',
  actor_kind: 'partner',
  actor,
  reason: null,
  correlation_id: correlationId,
};
const unversioned: Rows = [
  [
    'validation_code',
    {
      partner_id: partner,
      validation_id: '12345',
      organization_name: 'Contoso, Inc.',
      max_creates: 5,
      remaining_creates: 4,
    },
  ],
  [
    'recorded_answer',
    { partner_id: partner, request_id: correlationId, fingerprint: 'f', status: 201, body: '{}', created_at: at },
  ],
  // It is the sandbox's, whose tokens a test has, and holds these samples alone.
  ['setting', { name: 'kind', value: 'sandbox' }],
  ['setting', { name: 'sandbox.loaded', value: at }],
];

const first: Rows = [
  ['partner', partnerRow],
  ['customer', customerRow],
  ['qualification', education],
  ['qualification', government],
  ['history', step],
  ...unversioned,
];

/** In the order of the columns, as every version has hashed them. */
const chained = {
  partner_id: partner,
  customer_id: customer,
  sequence: 1,
  at,
  subject: 'qualification',
  qualification: 'Education',
  from_status: null,
  to_status: 'InReview',
  actor_kind: 'partner',
  actor,
  reason: null,
  note: null,
  changes: null,
  correlation_id: correlationId,
  previous_hash: '',
};
const history_hash = createHash('sha256')
  .update(JSON.stringify(Object.values(chained)))
  .digest('base64url');
const delivery = { partner_id: partner, id: `msg_${reviewId}`, correlation_id: correlationId };

const vetting: Rows = [
  [
    'review',
    {
      partner_id: partner,
      customer_id: customer,
      qualification: 'Education',
      attempt: 1,
      id: reviewId,
      status: 'InReview',
      education_segment: 'K12',
      website: 'fabrikam.example.edu',
      submitted_at: at,
      submitted_by: actor,
      due_at: '2026-01-14T10:00:00.000Z',
      version: 0,
      name_key: 'fabrikam academy',
    },
  ],
  [
    'event',
    {
      partner_id: partner,
      sequence: 1,
      customer_id: customer,
      qualification: 'Education',
      to_status: 'InReview',
      at,
      correlation_id: correlationId,
    },
  ],
  [
    'webhook_registration',
    {
      partner_id: partner,
      id: reviewId,
      url: 'http://127.0.0.1:9/hook',
      events: '["qualification-updated"]',
      secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
      ms_signature: 0,
      created_at: at,
      updated_at: at,
    },
  ],
  [
    'webhook_delivery',
    {
      ...delivery,
      customer_id: customer,
      qualification: 'Education',
      sequence: 1,
      event_name: 'qualification-updated',
      at,
      url: 'http://127.0.0.1:9/hook',
      state: 'failed',
      attempts: 1,
      next_attempt_at: at,
      // What ended a week ago is forgotten at the start.
      ended_at: '2999-01-01T00:00:00.000Z',
    },
  ],
  [
    'webhook_attempt',
    {
      partner_id: partner,
      delivery_id: delivery.id,
      attempt: 1,
      at,
      response_code: 500,
      message: 'refused',
    },
  ],
  ...unversioned,
];

const second: Rows = [
  ['partner', { ...partnerRow, event_sequence: 1 }],
  ['customer', { ...customerRow, history_sequence: 1, history_hash }],
  ['qualification', education],
  ['qualification', government],
  ['history', chained],
  ...vetting,
];

const place = { name_key: customerRow.name_key, domain_start: customerRow.domain_key };
const third: Rows = second.map(([table, row]) => {
  if (table === 'customer') return [table, { ...row, domain_start: place.domain_start }];
  return ['qualification', 'review'].includes(table) ? [table, { ...row, ...place }] : [table, row];
});

/** The rows by the version that wrote them. */
export const earlierVersions: Readonly<Record<string, Rows>> = {
  '0001-initial': first,
  '0002-vetting': second,
  '0003-portfolio': third,
  '0004-latest-deliveries': third,
};

/** Writes the rows into tables of whatever version. */
export async function insertRows(db: Kysely<AnyTables>, rows: Rows): Promise<void> {
  for (const [table, row] of rows) await db.insertInto(table).values(row).execute();
}
