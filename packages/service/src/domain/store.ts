import type { FilterField } from '@vetted/contract';
import type { EventReads, EventWrites } from './event.js';
import type { HistoryReads, HistoryWrites } from './history.js';
import type { PortfolioReads } from './portfolio.js';
import type { ProvisioningReads, ProvisioningWrites } from './provisioning.js';
import type { ReviewReads, ReviewWrites } from './review.js';
import type { ThrottleLedger } from './throttle.js';
import type { Vetting } from './vetting.js';
import type { WebhookReads, WebhookWrites } from './webhook.js';

/** Where the data is: an SQLite file, SQLite in memory, or PostgreSQL. */
export type DatabaseAddress =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string };

/** A registered partner. */
export interface Partner {
  readonly tenantId: string;
  readonly name: string;
  /** One that is not is treated as if it were not registered. */
  readonly active: boolean;
}

/** A customer of one partner. */
export interface CustomerRow {
  readonly id: string;
  readonly companyName: string;
  readonly domain: string;
  readonly country?: string;
  readonly email?: string;
  readonly relationshipToPartner: string;
  readonly relationshipEnded: boolean;
}

/** A customer as it is handed over: where nothing is said of the relationship's end, what is known of it stands. */
export type ProvisionedCustomer = Omit<CustomerRow, 'relationshipEnded'> & { readonly relationshipEnded?: boolean };

export interface ValidationCodeRow {
  readonly validationId: string;
  readonly organizationName: string;
  readonly maxCreates: number;
  readonly remainingCreates: number;
}

/** A validation code with the id that the database knows it by, which is no secret. */
export interface StoredValidationCode extends ValidationCodeRow {
  readonly id: string;
}

/** What a read on behalf of a partner found: whether the partner is registered, and its own customer if it has it. */
export interface CustomerRead<T> {
  readonly partnerKnown: boolean;
  /** Absent when this partner has no such customer. */
  readonly customer?: { readonly relationshipEnded: boolean; readonly value: T };
}

/** Where in a listing a page begins: after this customer, in the order of folded company name and id. */
export interface PagePosition {
  readonly nameKey: string;
  readonly id: string;
}

export interface CustomersPage {
  readonly partnerKnown: boolean;
  readonly totalCount: number;
  readonly items: readonly CustomerRow[];
  /** Absent on the last page. */
  readonly next?: PagePosition;
}

export interface CustomersPageQuery {
  readonly size: number;
  readonly filter?: { readonly field: FilterField; readonly startsWith: string };
  readonly after?: PagePosition;
  /** How many match, where that is known: to count many takes longer than to read a page. */
  readonly totalCount?: number;
}

/** The answer that was given to a request, kept so that a repetition of the request gets it again. */
export interface RecordedAnswer {
  /** Of the route, the customer and the body. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
}

/** The body of an answer and its ETag, made when what it tells was written. */
export interface PublishedAnswer {
  readonly body: string;
  readonly etag: string;
}

/** What an earlier request with the same id was answered. */
export interface PastAnswer extends Omit<RecordedAnswer, 'fingerprint'> {
  /** Whether that was the same request. */
  readonly isSameRequest: boolean;
}

/** What is read on behalf of one partner, outside any transaction. */
export interface StoreReads {
  /** What a GET of a customer's qualifications answers. The hot path: one keyed row, without waiting where it can be had. */
  answer(partnerId: string, customerId: string): CustomerRead<PublishedAnswer> | Promise<CustomerRead<PublishedAnswer>>;
  customer(partnerId: string, customerId: string): Promise<CustomerRead<CustomerRow>>;
  customers(partnerId: string, query: CustomersPageQuery): Promise<CustomersPage>;
  /** A customer's qualifications with what only the rules need to know. */
  vettings(partnerId: string, customerId: string): Promise<CustomerRead<readonly Vetting[]>>;
  validationCodes(partnerId: string): Promise<{ partnerKnown: boolean; codes: readonly ValidationCodeRow[] }>;
  /** A partner, active or not. */
  partner(tenantId: string): Promise<Partner | undefined>;
  readonly portfolio: PortfolioReads;
  readonly reviews: ReviewReads;
  readonly history: HistoryReads;
  readonly events: EventReads;
  readonly webhooks: WebhookReads;
  readonly provisioning: ProvisioningReads;
}

/** What a transaction can do. Whatever it read stays true until it ends. */
export interface StoreTransaction {
  /**
   * Takes a request id for this transaction, or finds what an earlier one answered.
   * Two transactions with the same id run one after the other.
   */
  claimRequest(partnerId: string, requestId: string, fingerprint: string): Promise<PastAnswer | 'claimed'>;
  recordAnswer(partnerId: string, requestId: string, answer: RecordedAnswer, at: string): Promise<void>;
  /** Reads a customer's qualifications and keeps every other transaction from changing them until this one ends. */
  lockQualifications(partnerId: string, customerId: string): Promise<CustomerRead<readonly Vetting[]>>;
  saveVetting(partnerId: string, customerId: string, vetting: Vetting): Promise<void>;
  /** Keeps every other transaction from using the code until this one ends. */
  lockValidationCode(partnerId: string, validationId: string): Promise<StoredValidationCode | undefined>;
  useValidationCode(partnerId: string, validationId: string): Promise<void>;
  findPartner(tenantId: string): Promise<Partner | undefined>;
  /** Adds the partner, or changes what is known of it. */
  putPartner(partner: Partner, at: string): Promise<void>;
  /** The partner's customers of these ids; keeps every other transaction from changing them until this one ends. */
  lockCustomers(partnerId: string, ids: readonly string[]): Promise<readonly CustomerRow[]>;
  /** Adds the customers, or changes what is known of them. */
  putCustomers(partnerId: string, customers: readonly ProvisionedCustomer[], at: string): Promise<void>;
  /** Adds the code, or changes it. */
  putValidationCode(partnerId: string, code: ValidationCodeRow): Promise<void>;
  removeValidationCode(partnerId: string, validationId: string): Promise<void>;
  /** Sets a value that the database keeps about itself, unless it is set; answers the value that stands. */
  setting(name: string, value: string): Promise<string>;
  /** Sets such a value whether or not it is set. */
  saveSetting(name: string, value: string): Promise<void>;
  /** Forgets everything but the settings, and how far events are numbered: no number comes twice. */
  clear(): Promise<void>;
  readonly reviews: ReviewWrites;
  readonly history: HistoryWrites;
  readonly events: EventWrites;
  readonly webhooks: WebhookWrites;
  readonly provisioning: ProvisioningWrites;
}

/** The connections that are there for one purpose. */
export interface ConnectionCounts {
  readonly purpose: 'read' | 'write';
  /** As many as there may be. */
  readonly limit: number;
  /** Those that are open. */
  readonly open: number;
  /** Those of them that nobody uses. */
  readonly idle: number;
  /** How many wait for one. */
  readonly waiting: number;
}

/** The one store: the same on SQLite and PostgreSQL. Throws StoreUnavailable when the database cannot be reached. */
export interface Store {
  readonly reads: StoreReads;
  /** Where several processes add up what they let through; undefined on SQLite, which suits one. */
  readonly throttle: ThrottleLedger | undefined;
  /** All or nothing; a throw undoes everything. */
  transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>;
  /**
   * Calls the listener when this or, on PostgreSQL, another process has committed events or deliveries of a partner. It
   * may be called too often, and is not called while the database is away: look for yourself now and then.
   */
  onEvents(listener: (partnerId: string) => void): () => void;
  /** Forgets answers recorded before this time. */
  forgetAnswers(before: string): Promise<void>;
  /** Forgets deliveries that ended before this time. */
  forgetDeliveries(before: string): Promise<void>;
  /** How busy the connections are; none where the database is in this process. */
  connections(): readonly ConnectionCounts[];
  /** Encrypts every secret anew with a new key, while services go on; answers how many there were. */
  rekey(): Promise<number>;
  /** Resolves if the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
