import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { faultBody, faults } from '@vetted/contract';
import type { FastifyBaseLogger } from 'fastify';
import { Refusal } from '../domain/refusal.js';
import type { Metrics } from './exposition.js';
import { checkMetricsToken } from './metrics-token.js';

export interface MetricsServerParts {
  readonly metrics: Metrics;
  /** What a reader has to show; undefined where the port is enough. */
  readonly token: string | undefined;
  readonly log: Pick<FastifyBaseLogger, 'error'>;
}

/** A server for metrics alone: whoever reaches it reaches nothing else. */
export function metricsServer(parts: MetricsServerParts): Server {
  return createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => refuse(parts, error, response));
  });
}

async function answer({ metrics, token }: MetricsServerParts, request: IncomingMessage, response: ServerResponse) {
  if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') throw new Refusal('ResourceNotFound');
  if (token !== undefined) checkMetricsToken(request.headers.authorization, token);
  const { contentType, text } = await metrics.expose();
  response.writeHead(200, { 'content-type': contentType }).end(text);
}

function refuse({ log }: MetricsServerParts, error: unknown, response: ServerResponse): void {
  if (!(error instanceof Refusal)) log.error({ err: error }, 'the metrics could not be told');
  const name = error instanceof Refusal ? error.fault : 'Unforeseen';
  response.writeHead(faults[name].status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(faultBody(name)));
}
