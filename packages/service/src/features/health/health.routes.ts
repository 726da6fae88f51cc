import { Type } from 'typebox';
import type { Store } from '../../domain/store.js';
import type { ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';

const status = (text: string) => Type.Object({ status: Type.Literal(text) });

export function healthRoutes(app: ServiceInstance, store: Store): void {
  app.get(
    '/healthz',
    { schema: { summary: 'Whether the process answers', tags: ['Health'], response: { 200: status('ok') } } },
    async () => ({ status: 'ok' }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Whether the service can do its work',
        tags: ['Health'],
        response: { 200: status('ready'), 503: describedFaults([])['503'] },
      },
    },
    async () => {
      await store.ping();
      return { status: 'ready' };
    },
  );
}
