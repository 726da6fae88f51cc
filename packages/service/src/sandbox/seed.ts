import { randomUUID } from 'node:crypto';
import { denialCodeOf } from '@vetted/contract';
import { ConfigError } from '../config.js';
import { timestamp } from '../domain/clock.js';
import type { Review } from '../domain/review.js';
import { decided, openReview } from '../domain/review.rules.js';
import type { CustomerRow, Store, StoreTransaction } from '../domain/store.js';
import type { Vetting } from '../domain/vetting.js';
import { type SampleCustomer, type SamplePartner, sampleData } from './sample-data.js';

/** Stands for the person who made the sample data. */
const SAMPLE_ACTOR = 'sandbox';
/** The setting that says when the sample data was loaded, and by which call. */
const LOADED = 'sandbox.loaded';
const WEEK_IN_MS = 7 * 86_400_000;

/**
 * Loads the sample data into a database that has not had it yet, all of it or nothing.
 * A later start leaves everything as its user left it.
 * @throws ConfigError if the database belongs to a service that is no sandbox.
 */
export async function seed(store: Store, now: Date): Promise<void> {
  await store.transaction(async (transaction) => {
    const kind = await transaction.setting('kind', 'sandbox');
    if (kind !== 'sandbox') throw new ConfigError(foreignDatabase(kind));
    // Only the call whose value stands loads the data; the id tells two starts within one millisecond apart.
    const at = timestamp(now);
    const load = `${at} ${randomUUID()}`;
    if ((await transaction.setting(LOADED, load)) !== load) return;
    await loadSampleData(transaction, at);
  });
}

/** Forgets everything but what the database keeps about itself, and loads the sample data again: all of it or nothing. */
export async function reset(store: Store, now: Date): Promise<void> {
  await store.transaction(async (transaction) => {
    const at = timestamp(now);
    // First, so that of two resets at once the second one waits for the first, and finds what that one has loaded.
    await transaction.saveSetting(LOADED, `${at} ${randomUUID()}`);
    await transaction.clear();
    await loadSampleData(transaction, at);
  });
}

async function loadSampleData(transaction: StoreTransaction, at: string): Promise<void> {
  for (const partner of [sampleData.partner, sampleData.otherPartner]) await loadPartner(transaction, partner, at);
}

function foreignDatabase(kind: string): string {
  return (
    `database: holds the data of a ${kind}, and the sandbox only runs on a database of its own. ` +
    'Give the sandbox another database, or start without sandbox mode.'
  );
}

async function loadPartner(transaction: StoreTransaction, partner: SamplePartner, at: string): Promise<void> {
  await transaction.putPartner({ tenantId: partner.tenantId, name: partner.name, active: true }, at);
  await transaction.putCustomers(partner.tenantId, partner.customers.map(customerRow), at);
  for (const code of partner.validationCodes) await transaction.putValidationCode(partner.tenantId, code);
  for (const customer of partner.customers) await loadQualifications(transaction, partner.tenantId, customer, at);
}

function customerRow({ qualifications: _, ...customer }: SampleCustomer): CustomerRow {
  return { ...customer, relationshipEnded: false };
}

async function loadQualifications(
  transaction: StoreTransaction,
  partnerId: string,
  customer: SampleCustomer,
  at: string,
): Promise<void> {
  for (const sample of customer.qualifications) {
    const vetting = { ...sample, attempts: 1 };
    await transaction.saveVetting(partnerId, customer.id, vetting);
    if (vetting.qualification === 'Education') {
      await transaction.reviews.save(sampleReview(partnerId, customer.id, vetting, at));
    }
    const entry = {
      at,
      subject: 'qualification',
      qualification: sample.qualification,
      ...(sample.vettingStatus === undefined ? {} : { to: sample.vettingStatus }),
      by: 'policy',
      actor: SAMPLE_ACTOR,
      ...(sample.vettingReason === undefined ? {} : { reason: sample.vettingReason }),
      correlationId: randomUUID(),
    } as const;
    await transaction.history.append(partnerId, [{ customerId: customer.id, entry }]);
  }
}

/** A sample that is decided was decided on its due date; without a documented date it was requested a week ago. */
function sampleReview(partnerId: string, customerId: string, vetting: Vetting, at: string): Review {
  const submittedAt = vetting.vettingCreatedDate ?? timestamp(new Date(Date.parse(at) - WEEK_IN_MS));
  const submission = { id: randomUUID(), partnerId, customerId, submittedAt, submittedBy: SAMPLE_ACTOR };
  const review = openReview(submission, vetting);
  const decider = { id: SAMPLE_ACTOR, at: review.dueAt };
  const { vettingStatus, vettingReason } = vetting;
  if (vettingStatus === 'Approved') return decided(review, { decision: 'Approved' }, decider);
  if (vettingReason === undefined) return review;
  const reasonCode = denialCodeOf(vettingReason);
  return decided(review, { decision: 'Denied', reasonCode, reason: vettingReason }, decider);
}
