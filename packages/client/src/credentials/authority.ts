import type { AbortSignalLike } from '@azure/abort-controller';
import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  getDefaultProxySettings,
  type HttpClient,
  isRestError,
  type PipelineResponse,
  proxyPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { createClientLogger } from '@azure/logger';
import { isNode } from '../node.js';
import type { RetryOptions } from '../options.js';
import { attemptTimeoutPolicy } from '../transport/attempt-timeout.js';
import { callLogPolicy } from '../transport/call-log.js';
import { parseJson } from '../transport/json.js';
import { callRetryPolicy } from '../transport/retry.js';
import { VERSION } from '../version.js';
import { CredentialError } from './credential-error.js';

const TIMEOUT_IN_MS = 30_000;

/** A request to an authority. */
export interface AuthorityRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/** Its answer: the body parsed, undefined where it is not JSON. */
export interface AuthorityAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/**
 * Sends a request to an authority. Rejects with a CredentialError where no answer comes, and with an `AbortError` where
 * the caller aborts. Neither holds the request, whose form has the secrets in it.
 */
export type SendToAuthority = (request: AuthorityRequest) => Promise<AuthorityAnswer>;

/** How requests are sent. */
export interface AuthoritySenderOptions {
  readonly retry: Required<RetryOptions>;
  readonly httpClient: HttpClient | undefined;
  /** Whether `HTTPS_PROXY` and `NO_PROXY` count. */
  readonly isProxied: boolean;
}

/** What sends the requests; logged are addresses and statuses, never a body. */
export function authoritySender({ retry, httpClient, isProxied }: AuthoritySenderOptions): SendToAuthority {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: `vetted-client/${VERSION}` }));
  pipeline.addPolicy(callRetryPolicy(retry));
  pipeline.addPolicy(attemptTimeoutPolicy());
  if (isProxied && isNode() && getDefaultProxySettings() !== undefined) pipeline.addPolicy(proxyPolicy());
  pipeline.addPolicy(callLogPolicy(createClientLogger('vetted-client:credential')));
  const client = httpClient ?? createDefaultHttpClient();
  return async ({ method, url, headers = {}, body, abortSignal }) => {
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders(headers),
      timeout: TIMEOUT_IN_MS,
      allowInsecureConnection: url.startsWith('http:'),
      ...(body === undefined ? {} : { body }),
      ...(abortSignal === undefined ? {} : { abortSignal }),
    });
    try {
      return readAnswer(await pipeline.sendRequest(client, request));
    } catch (error) {
      throw isRestError(error) ? noAnswer(url, error.code, error.message) : error;
    }
  };
}

function readAnswer({ status, headers, bodyAsText }: PipelineResponse): AuthorityAnswer {
  return { status, headers: headers.toJSON(), body: parseJson(bodyAsText ?? '') };
}

function noAnswer(url: string, code: string | undefined, reason: string): CredentialError {
  return new CredentialError(`No answer came from ${new URL(url).origin}: ${reason}`, { code });
}
