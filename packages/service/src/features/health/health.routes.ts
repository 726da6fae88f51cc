import { Type } from 'typebox';
import { Refusal } from '../../domain/refusal.js';
import type { Store } from '../../domain/store.js';
import type { Drain } from '../../http/drain.js';
import type { ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether it is answered however much there is to do. */
    isVital?: boolean;
  }
}

const isVital = { isVital: true };
const status = (text: string) => Type.Object({ status: Type.Literal(text) });

export function healthRoutes(app: ServiceInstance, store: Store, drain: Drain): void {
  app.get(
    '/healthz',
    {
      config: isVital,
      schema: { summary: 'Whether the process answers', tags: ['Health'], response: { 200: status('ok') } },
    },
    async () => ({ status: 'ok' }),
  );

  app.get(
    '/readyz',
    {
      config: isVital,
      schema: {
        summary: 'Whether the service can do its work',
        tags: ['Health'],
        response: { 200: status('ready'), 503: describedFaults([])['503'] },
      },
    },
    async () => {
      if (drain.isUnderWay) throw new Refusal('ServiceUnavailable');
      await store.ping();
      return { status: 'ready' };
    },
  );
}
