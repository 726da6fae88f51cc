import { setTimeout } from 'node:timers/promises';
import { type FaultRule, faultBody } from '@vetted/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimited } from '../domain/refusal.js';
import { sendJsonText, sendRateLimited } from '../http/faults.js';
import type { ServiceInstance } from '../http/instance.js';
import { type FaultSwitch, faultRoots } from './faults.js';

/** Has the rules met by every request, before identity. */
export function installFaults(app: ServiceInstance, faults: FaultSwitch): void {
  const closing = new AbortController();
  const toBeCut = new WeakSet<FastifyRequest>();
  app.addHook('preClose', async () => closing.abort());
  app.addHook('onRequest', (request, reply, done) => {
    const rule = faults.rules.length === 0 ? undefined : ruleFor(request, faults);
    if (rule === undefined) {
      done();
      return;
    }
    if (rule.dropConnection === 'after') toBeCut.add(request);
    disturb(rule, request, reply, closing.signal).then((goesOn) => {
      if (goesOn) done();
    }, done);
  });
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (toBeCut.has(request)) request.raw.socket.destroy();
    done(null, payload);
  });
}

function ruleFor({ method, url, routeOptions }: FastifyRequest, faults: FaultSwitch): FaultRule | undefined {
  // What no route matches has no such path, however it begins.
  if (!faultRoots.some((root) => routeOptions.url?.startsWith(root))) return undefined;
  return faults.take(method, url.split('?', 1)[0] ?? '');
}

/** Does what the rule says, up to the effect of the request; resolves to whether that is to follow. */
async function disturb(
  { status, retryAfter, delayMs, dropConnection }: FaultRule,
  request: FastifyRequest,
  reply: FastifyReply,
  closing: AbortSignal,
): Promise<boolean> {
  const isHere = delayMs === undefined || (await wait(delayMs, reply, closing));
  if (!isHere || dropConnection === true || dropConnection === 'before') {
    reply.hijack();
    request.raw.socket.destroy();
    return false;
  }
  if (status !== undefined) answer(request, reply, status, retryAfter);
  return status === undefined;
}

/** Waits, but no longer than the service runs and the caller does; resolves to whether the caller is still there. */
async function wait(delayMs: number, reply: FastifyReply, closing: AbortSignal): Promise<boolean> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  reply.raw.once('close', leave);
  try {
    await setTimeout(delayMs, undefined, { signal: AbortSignal.any([closing, gone.signal]) });
  } catch {
    // An abort is the only way in which it fails.
  }
  reply.raw.off('close', leave);
  return !gone.signal.aborted;
}

function answer(request: FastifyRequest, reply: FastifyReply, status: number, retryAfter: number | undefined): void {
  if (status === 429) {
    sendRateLimited(reply, new RateLimited(retryAfter ?? 1));
    return;
  }
  if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter));
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  sendJsonText(reply, status, JSON.stringify(bodyOf(status, request)));
}

/** The fault that the service answers with this status by itself where it has but one, else one that says who asked for it. */
function bodyOf(status: number, { correlationId }: FastifyRequest) {
  if (status === 500) return faultBody('Unforeseen', [], `The correlation id is ${correlationId}.`);
  return faultBody(status === 503 ? 'ServiceUnavailable' : 'SandboxFault');
}
