import type { TokenCredential } from '@azure/core-auth';
import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  getDefaultProxySettings,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  proxyPolicy,
  type RawHttpHeadersInput,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { headers } from '@vetted/contract';
import { callResponseOf } from '../call-response.js';
import type { PartnerCenterError } from '../errors.js';
import { isNode } from '../node.js';
import { type ClientSettings, callback, checkedTimeout, flag, type OperationOptions } from '../options.js';
import { VERSION } from '../version.js';
import { attemptTimeoutPolicy } from './attempt-timeout.js';
import { bearerTokenPolicy } from './bearer-token.js';
import { callLogPolicy } from './call-log.js';
import { failuresPolicy, invalidAnswer, refusalBy } from './faults.js';
import { parseJson } from './json.js';
import { logger } from './logger.js';
import { type Pause, type Pauses, pausePolicy } from './pause.js';
import { requestIdsPolicy } from './request-ids.js';
import { callRetryPolicy } from './retry.js';
import { TokenCache } from './token-cache.js';
import { Tracing } from './tracing.js';

/** Makes the error for an answer that cannot be read; `reason` completes "… was answered 200, but". */
export type Invalid = (reason: string) => PartnerCenterError;

/** What is sent to the service. */
interface Sending {
  /** The operation, as a trace names it. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query, from the service's root. */
  readonly path: string;
  readonly body?: unknown;
  readonly continuationToken?: string | undefined;
  /** Headers that only this call has. */
  readonly headers?: RawHttpHeadersInput;
  /** Whether it goes without a token: the credential is not asked for one. Default: false. */
  readonly tokenless?: boolean;
  /** The pause that this call shares with the others of its run. */
  readonly pause?: Pause;
}

/** One call of the service. */
export interface Call<T> extends Sending {
  /** Makes the result from the parsed body, which is undefined where the answer had none. */
  readonly read: (body: unknown, invalid: Invalid) => T;
}

/** A call whose answer goes on for as long as it is read. */
export interface StreamCall<T> extends Sending {
  /** Makes the result from the answer, whose body only begins. */
  readonly open: (response: PipelineResponse, invalid: Invalid) => T;
}

/** Sends a call and reads its answer. */
export type Send = <T>(call: Call<T> | StreamCall<T>, options: OperationOptions) => Promise<T>;

/** What does not change from call to call is made here, once. */
export function createSend(credential: TokenCredential, settings: ClientSettings): Send {
  const pauses: Pauses = new WeakMap();
  const tracing = new Tracing(settings.baseUrl);
  const tokenless = new WeakSet<PipelineRequest>();
  const authorization = bearerTokenPolicy(new TokenCache(credential, settings.scope), tokenless);
  const pipeline = createPipeline(authorization, settings, pauses, tracing);
  const httpClient = settings.httpClient ?? createDefaultHttpClient();
  const constantHeaders = constantHeadersOf(settings);
  return async (call, options) => {
    const onResponse = callback('onResponse', options.onResponse);
    const request = requestFor(call, options, settings, constantHeaders);
    if (call.pause !== undefined) pauses.set(request, call.pause);
    if (call.tokenless === true) tokenless.add(request);
    return tracing.run(call.operation, options, request, async () => {
      const response = await pipeline.sendRequest(httpClient, request);
      if (onResponse !== undefined || settings.onResponse !== undefined) {
        const told = callResponseOf(response);
        settings.onResponse?.(told);
        onResponse?.(told);
      }
      if (response.status < 200 || response.status >= 300) throw refusalBy(response);
      return resultOf(call, response);
    });
  };
}

function resultOf<T>(call: Call<T> | StreamCall<T>, response: PipelineResponse): T {
  const invalid: Invalid = (reason) => invalidAnswer(response, reason);
  if ('open' in call) return call.open(response, invalid);
  const text = response.bodyAsText ?? '';
  const body = text === '' ? undefined : parseJson(text);
  if (body === undefined && text !== '') throw invalid('its body is not JSON');
  return call.read(body, invalid);
}

/**
 * In the order in which a call meets them. Core's default pipeline has more: its redirects would take the token along,
 * and forms and multipart bodies never occur here.
 */
function createPipeline(
  authorization: PipelinePolicy,
  settings: ClientSettings,
  pauses: Pauses,
  tracing: Tracing,
): Pipeline {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(failuresPolicy());
  pipeline.addPolicy(requestIdsPolicy(settings.correlationId));
  pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: `vetted-client/${VERSION}` }));
  pipeline.addPolicy(callRetryPolicy(settings.retry));
  pipeline.addPolicy(authorization);
  pipeline.addPolicy(pausePolicy(pauses));
  pipeline.addPolicy(tracing.policy());
  pipeline.addPolicy(attemptTimeoutPolicy());
  // A proxy would see the token of an http call, which must not leave this machine.
  const proxy = settings.baseUrl.startsWith('https:') && isNode() ? getDefaultProxySettings() : undefined;
  if (proxy !== undefined) pipeline.addPolicy(proxyPolicy());
  pipeline.addPolicy(callLogPolicy(logger));
  return pipeline;
}

function constantHeadersOf(settings: ClientSettings): RawHttpHeadersInput {
  return {
    Accept: 'application/json',
    ...(settings.locale === undefined ? {} : { [headers.locale]: settings.locale }),
    ...(settings.applicationName === undefined ? {} : { [headers.application]: settings.applicationName }),
  };
}

/** Browsers follow redirects by themselves; this makes them fail instead. Node.js, which does not, ignores it. */
const requestOverrides = { redirect: 'error' };

/** An answer that refuses the stream is read as ever. */
const openStreaming = {
  streamResponseStatusCodes: new Set([200]),
  enableBrowserStreams: true,
};

function requestFor(
  call: Call<unknown> | StreamCall<unknown>,
  options: OperationOptions,
  settings: ClientSettings,
  constantHeaders: RawHttpHeadersInput,
): PipelineRequest {
  const { abortSignal, requestId, correlationId, timeoutInMs, validateMfa } = options;
  const requestHeaders = createHttpHeaders(
    call.headers === undefined ? constantHeaders : { ...constantHeaders, ...call.headers },
  );
  if (correlationId !== undefined) requestHeaders.set(headers.correlationId, correlationId);
  if (call.continuationToken !== undefined) requestHeaders.set(headers.continuationToken, call.continuationToken);
  if (call.body !== undefined) requestHeaders.set('Content-Type', 'application/json');
  if (flag('validateMfa', validateMfa) ?? settings.validateMfa) requestHeaders.set(headers.validateMfa, 'true');
  return createPipelineRequest({
    url: settings.baseUrl + call.path,
    method: call.method,
    headers: requestHeaders,
    timeout: timeoutInMs === undefined ? settings.timeoutInMs : checkedTimeout(timeoutInMs),
    allowInsecureConnection: settings.baseUrl.startsWith('http:'),
    requestOverrides,
    ...('open' in call ? openStreaming : {}),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(abortSignal === undefined ? {} : { abortSignal }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}
