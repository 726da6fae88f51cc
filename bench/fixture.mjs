// What the stores hold, the same in every run: one partner and its customers, each with qualifications as the examples
// of Microsoft's page show them.

/** @typedef {import('../packages/service/dist/domain/store.js').CustomerRow} CustomerRow */
/** @typedef {import('../packages/service/dist/domain/vetting.js').Vetting} Vetting */

export const partner = { tenantId: '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d', name: 'Fabrikam Reseller', active: true };

/** When everything was put into the store. */
export const storedAt = '2026-03-02T09:00:00.000Z';

/** Dates begin here and advance by a second a customer, so that every customer's answer is one of its own. */
const FIRST_DATE = Date.parse('2020-12-03T10:37:38.885Z');

/**
 * Numbers from 0 up to but without 1, the same ones for the same seed (mulberry32).
 * @param {number} seed
 * @returns {() => number}
 */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/**
 * Random GUIDs, the same ones for the same seed.
 * @param {number} count
 * @param {number} seed
 * @returns {string[]}
 */
export function guids(count, seed) {
  const next = randomNumbers(seed);
  const digits = (/** @type {number} */ length) =>
    Math.floor(next() * 16 ** length)
      .toString(16)
      .padStart(length, '0');
  return Array.from({ length: count }, () =>
    [digits(8), digits(4), `4${digits(3)}`, `8${digits(3)}`, digits(4) + digits(8)].join('-'),
  );
}

/** @param {number} count */
export const customerIds = (count) => guids(count, 1);

/**
 * @param {string} id
 * @param {number} index
 * @returns {CustomerRow}
 */
export function customerOf(id, index) {
  return {
    id,
    companyName: `Customer ${index}`,
    domain: `customer${index}.onmicrosoft.com`,
    country: 'US',
    email: `admin@customer${index}.onmicrosoft.com`,
    relationshipToPartner: 'reseller',
    relationshipEnded: false,
  };
}

/**
 * The qualifications of a customer, in the order of the wire: the six documented examples in turn.
 * @param {number} index
 * @returns {Vetting[]}
 */
export function vettingsOf(index) {
  const vettingCreatedDate = new Date(FIRST_DATE + index * 1000).toISOString();
  /** @type {Vetting} */
  const education = { qualification: 'Education', vettingStatus: 'Approved', vettingCreatedDate, attempts: 1 };
  /** @type {Vetting} */
  const government = { ...education, qualification: 'GovernmentCommunityCloud' };
  /** @type {Vetting} */
  const stateOwned = { qualification: 'StateOwnedEntity', attempts: 0 };
  /** @type {Vetting[][]} */
  const examples = [
    [education],
    [{ ...education, vettingStatus: 'InReview' }],
    [{ ...education, vettingStatus: 'Denied', vettingReason: 'Not an Education Customer' }],
    [stateOwned],
    [education, stateOwned],
    [government, stateOwned],
  ];
  return examples[index % examples.length] ?? [];
}

/**
 * What the wire carries for a customer, made without the service's help.
 * @param {number} index
 */
export function bodyOf(index) {
  return JSON.stringify(
    vettingsOf(index).map(({ qualification, vettingStatus, vettingReason, vettingCreatedDate }) => ({
      qualification,
      vettingStatus,
      vettingReason,
      vettingCreatedDate,
      vettingCreateDate: vettingCreatedDate,
    })),
  );
}

/**
 * What qualifications say, as one text. The client has one name for the date where the wire has two, so it is one here.
 * @param {readonly { qualification: string, vettingStatus?: string, vettingReason?: string, vettingCreatedDate?: string }[]} items
 */
export function factsOf(items) {
  return JSON.stringify(
    items.map(({ qualification, vettingStatus, vettingReason, vettingCreatedDate }) => [
      qualification,
      vettingStatus,
      vettingReason,
      vettingCreatedDate,
    ]),
  );
}

/** @param {string} customerId */
export const pathOf = (customerId) => `/v1/customers/${customerId}/qualifications`;
