// Apart from the schemas, so that the client, which needs no schema, does not take their library.

/** The event that tells of every change of a customer's qualification. */
export const QUALIFICATION_UPDATED = 'customer-qualification-updated';
/** The event that a partner asks for to try its registration. */
export const TEST_CREATED = 'test-created';

/** The header by which a client says after which event it goes on, in lower case as it is read. */
export const LAST_EVENT_ID = 'last-event-id';
