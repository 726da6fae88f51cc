import { type Static, Type } from 'typebox';
import { LAST_EVENT_ID } from './event-names.js';
import { qualificationNames, vettingStatuses } from './qualification.js';

/** What the number of an event looks like. */
export const EVENT_ID_PATTERN = '^[0-9]+$';

/** How long a client waits before it connects again, in milliseconds: the stream's first line. */
export const EVENTS_RETRY_IN_MS = 2_000;

/** A change of a customer's qualification: the data of a `customer-qualification-updated` event. */
export const QualificationChange = Type.Object(
  {
    customerId: Type.String(),
    qualification: Type.Enum([...qualificationNames]),
    from: Type.Optional(Type.Enum([...vettingStatuses], { description: 'Absent for the first step.' })),
    vettingStatus: Type.Optional(
      Type.Enum([...vettingStatuses], { description: 'Absent for StateOwnedEntity, which nobody vets.' }),
    ),
    vettingReason: Type.Optional(Type.String({ description: 'Why the request was denied.' })),
    at: Type.String({ examples: ['2026-03-02T09:00:00.000Z'] }),
    correlationId: Type.String({ description: "Of the call that made the change, which is also the history's." }),
  },
  { title: 'QualificationChange', description: "A change of a customer's qualification." },
);
export type QualificationChange = Static<typeof QualificationChange>;

const eventId = Type.String({
  pattern: EVENT_ID_PATTERN,
  description: 'The id of the last event that was received: what came after it is sent first.',
  examples: ['41'],
});

/** The headers of a request for events. */
export const EventsHeaders = Type.Object({ [LAST_EVENT_ID]: Type.Optional(eventId) });

/** The query of a request for events, for clients that cannot set headers; the header counts where both are given. */
export const EventsQuery = Type.Object({ lastEventId: Type.Optional(eventId) }, { additionalProperties: false });
export type EventsQuery = Static<typeof EventsQuery>;
