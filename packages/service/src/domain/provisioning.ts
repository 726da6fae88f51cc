import type { HistoryEntry } from './history.js';
import type { CustomerRow, Partner, ValidationCodeRow } from './store.js';

/** What an operator sees, also of partners that are not active. */
export interface ProvisioningReads {
  customer(partnerId: string, customerId: string): Promise<CustomerRow | undefined>;
  validationCode(partnerId: string, validationId: string): Promise<ValidationCodeRow | undefined>;
}

/** A customer that may be new, and the step that its history begins with if it is. */
export interface AddedCustomer {
  readonly customer: CustomerRow;
  readonly step: HistoryEntry;
}

/**
 * What an operator adds. Of two transactions that add the same thing, the second one waits for the first to end, and
 * finds that it is there.
 */
export interface ProvisioningWrites {
  /** Adds a partner. False where it is there already: it stays as it is. */
  addPartner(partner: Partner, at: string): Promise<boolean>;
  /** The partner, active or not. It stays until this transaction ends, and so does what it has, though it may change. */
  holdPartner(tenantId: string): Promise<Partner | undefined>;
  /** Keeps every other transaction from changing the partner until this one ends. */
  lockPartner(tenantId: string): Promise<Partner | undefined>;
  /**
   * Adds those customers that the partner does not have, each with the first step of its history, and answers their ids.
   * The others stay as they are.
   */
  addCustomers(partnerId: string, customers: readonly AddedCustomer[], at: string): Promise<ReadonlySet<string>>;
  /** Adds a validation code. False where it is there already: it stays as it is. */
  addValidationCode(partnerId: string, code: ValidationCodeRow): Promise<boolean>;
}
