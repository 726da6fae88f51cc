import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import {
  ImportResult,
  MAX_IMPORT_LINE_BYTES,
  MAX_IMPORT_LINES,
  NDJSON_TYPE,
  PartnerParams,
  vettingPaths,
} from '@vetted/contract';
import { Type } from 'typebox';
import { requireRole } from '../../http/identity.js';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { ImportService } from './import.service.js';
import { contextOf } from './operator.service.js';

/** A service that closes does not wait for long for a sender that has nothing to send. */
const CLOSING_SILENCE_IN_MS = 1_000;

/** The type has no registered name: these are in use. */
const ndjsonTypes = [NDJSON_TYPE, 'application/ndjson', 'application/jsonl'] as const;

const lines = Type.Unknown({
  title: 'CustomerLines',
  description: 'A customer a line, in UTF-8: id, and the members of a CustomerUpdate.',
  examples: ['{"id":"1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02","companyName":"Fabrikam","domain":"fabrikam.example"}\n'],
});

const importSchema = {
  summary: "Import a partner's customers",
  description:
    `Adds customers, or changes what is known of them: up to ${MAX_IMPORT_LINES} lines of up to ` +
    `${MAX_IMPORT_LINE_BYTES} bytes each. Every line has its own result, in order; blank lines are counted and have none. ` +
    'A line that is wrong is refused, and the others are taken, 100 in a transaction. Results are sent as soon as a ' +
    'batch is taken: read them while you send, or send less at a time, for the service does not hold what you do not ' +
    'read. Where the store fails, or the service closes, the results of that batch say "failed" and the answer ends: ' +
    'nothing from there on was taken. The same lines may be sent again; what changes nothing writes nothing.',
  tags: ['Partners'],
  params: PartnerParams,
  querystring: noQuery,
  body: { content: { [NDJSON_TYPE]: { schema: lines } } },
  response: {
    200: {
      description: 'A result a line, in order. An answer that ends with "failed" has left lines out.',
      content: { [NDJSON_TYPE]: { schema: Type.Unsafe<Readable>(ImportResult) } },
    },
    ...describedFaults(['InputInvalid', 'ResourceNotFound', 'UnsupportedMediaType']),
  },
};

/** The import has a scope of its own: nothing but NDJSON is read here, and nowhere else is it. */
export function importRoutes(app: ServiceInstance, imports: ImportService): void {
  app.register(async (instance) => {
    const scope = instance as unknown as ServiceInstance;
    const underWay = new Set<IncomingMessage>();
    let isClosing = false;
    scope.addHook('preClose', async () => {
      isClosing = true;
      for (const raw of underWay) raw.setTimeout(CLOSING_SILENCE_IN_MS);
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser([...ndjsonTypes], (_request, _payload, done) => done(null));
    scope.post(
      vettingPaths.customersImport,
      {
        schema: importSchema,
        config: { mediaTypes: [NDJSON_TYPE], streamsBody: true },
        onRequest: requireRole('Vetting.Administer'),
      },
      async (request, reply) => {
        underWay.add(request.raw);
        reply.raw.once('close', () => underWay.delete(request.raw));
        // An import that ends early still has to be answered over the connection that its body comes over.
        const bytes = request.raw.iterator({ destroyOnReturn: false });
        const results = await imports.begin(contextOf(request), bytes, () => isClosing);
        return reply.type(NDJSON_TYPE).send(Readable.from(results, { objectMode: false }));
      },
    );
  });
}
