import { EventsHeaders, EventsQuery, LAST_EVENT_ID, QualificationChange, vettingPaths } from '@vetted/contract';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { EventStream } from './event-stream.js';
import type { EventsService } from './events.service.js';

const EVENT_STREAM = 'text/event-stream';

const eventsSchema = {
  summary: "Stream the changes of the partner's customers' qualifications",
  description:
    'Server-sent events. Each has an `id`, the event type `customer-qualification-updated`, and as its data the JSON ' +
    'described here. Without a last event id the stream begins with what happens from now on; with one it begins ' +
    'after that event. The first block, and the header Last-Event-ID of the answer, tell the place at which the ' +
    'stream begins. A comment comes every 15 seconds where there is nothing else to send. The stream ends when the ' +
    'token expires: connect again with a new one.',
  tags: ['Events'],
  headers: EventsHeaders,
  querystring: EventsQuery,
  response: {
    200: {
      description: "The stream; the schema is that of an event's data.",
      content: { [EVENT_STREAM]: { schema: QualificationChange } },
    },
    429: Type.Object(
      { statusCode: Type.Integer(), message: Type.String() },
      { description: 'A partner may have 20 streams open at a time, and a process 1,000.' },
    ),
    ...describedFaults(['InputInvalid', 'PartnerUnknown']),
  },
};

export function eventsRoutes(app: ServiceInstance, events: EventsService): void {
  // Before the service waits for its connections, which these would hold.
  app.addHook('preClose', async () => events.close());

  app.get(
    vettingPaths.events,
    { schema: eventsSchema, config: { mediaTypes: [EVENT_STREAM] }, exposeHeadRoute: false },
    async (request, reply) => {
      const after = request.headers[LAST_EVENT_ID] ?? request.query.lastEventId;
      const stream = await events.open(request.caller, after, reply.raw);
      return sendStream(reply, stream);
    },
  );
}

function sendStream(reply: FastifyReply, stream: EventStream): FastifyReply {
  return reply
    .type(`${EVENT_STREAM}; charset=utf-8`)
    .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no', 'Last-Event-ID': String(stream.position) })
    .send(stream.toReadable());
}
