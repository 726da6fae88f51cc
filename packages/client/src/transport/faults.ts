import {
  isRestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { headers } from '@vetted/contract';
import { PartnerCenterError, type PartnerCenterErrorDetails } from '../errors.js';
import { abortError } from '../wait.js';
import { CredentialFailure } from './bearer-token.js';
import { parseJson } from './json.js';
import { retryAfterInMs } from './retry-after.js';
import { shownRequest, shownResponse } from './shown.js';

/** What a fault body says, whichever of its shapes it has. */
type Told = Pick<PartnerCenterErrorDetails, 'code' | 'description' | 'data'>;

const MAX_DESCRIPTION_LENGTH = 1024;
const MAX_MEMBERS = 5;
const MAX_MEMBER_LENGTH = 200;

/** Turns every call without an answer into the one error that the caller knows. It stands outside all other policies. */
export function failuresPolicy(): PipelinePolicy {
  return {
    name: 'failuresPolicy',
    async sendRequest(request, next) {
      if (request.abortSignal?.aborted) throw abortError();
      try {
        return await next(request);
      } catch (error) {
        throw failureOf(request, error);
      }
    },
  };
}

/** The error for an answer that succeeded but is not what was asked for. Its body, which may be personal, is left out. */
export function invalidAnswer(response: PipelineResponse, reason: string): PartnerCenterError {
  const message = `${callOf(response.request)} was answered ${response.status}, but ${reason}.`;
  const known = circumstances(response.request, response, { body: false });
  return new PartnerCenterError(message, { ...known, code: 'InvalidResponse' });
}

function failureOf(request: PipelineRequest, error: unknown): unknown {
  if (request.abortSignal?.aborted) return abortError();
  if (error instanceof CredentialFailure) return error.reason;
  if (!isRestError(error)) return error;
  const message = `${callOf(request)} failed: ${error.message}`;
  const known = circumstances(request);
  // The cause holds the request as well, with all its secrets.
  Object.defineProperty(error, 'request', { value: known.request });
  Object.defineProperty(error, 'response', { value: undefined });
  return new PartnerCenterError(message, { ...known, code: error.code, cause: error });
}

/** The error for an answer that refuses the call. */
export function refusalBy(response: PipelineResponse): PartnerCenterError {
  const told = toldBy(response.bodyAsText ?? '');
  const text =
    told.description ?? `${callOf(response.request)} was answered ${response.status} without an explanation.`;
  return new PartnerCenterError(text + membersIn(told.data), { ...circumstances(response.request, response), ...told });
}

/** The members that `data` says are at fault, as they follow the text: ` (website is missing)`. */
function membersIn(data: readonly unknown[] = []): string {
  const members = data.filter(isMember).map(({ name, reason }) => `${name} ${reason}`.slice(0, MAX_MEMBER_LENGTH));
  if (members.length === 0) return '';
  const hidden = members.length - MAX_MEMBERS;
  return ` (${members.slice(0, MAX_MEMBERS).join('; ')}${hidden > 0 ? `; and ${hidden} more` : ''})`;
}

function isMember(entry: unknown): entry is { name: string; reason: string } {
  if (typeof entry !== 'object' || entry === null || !('name' in entry) || !('reason' in entry)) return false;
  return typeof entry.name === 'string' && typeof entry.reason === 'string';
}

function circumstances(
  request: PipelineRequest,
  response?: PipelineResponse,
  { body } = { body: true },
): PartnerCenterErrorDetails {
  const shown = shownRequest(request);
  return {
    statusCode: response?.status,
    requestId: response?.headers.get(headers.requestId) ?? request.headers.get(headers.requestId),
    correlationId: response?.headers.get(headers.correlationId) ?? request.headers.get(headers.correlationId),
    retryAfterInMs: response === undefined ? undefined : retryAfterInMs(response.headers),
    request: shown,
    response: response === undefined ? undefined : shownResponse(response, shown, body),
  };
}

/** Method and path; the query may hold a customer's name. */
export function callOf(request: PipelineRequest): string {
  return `${request.method} ${new URL(request.url).pathname}`;
}

function toldBy(text: string): Told {
  const body = parseJson(text);
  if (body === undefined) return { description: readable(/<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? text) };
  if (typeof body === 'string') return { description: readable(body) };
  if (typeof body !== 'object' || body === null) return {};
  // The gateway in front of Partner Center writes `message`, and some services capitalise; OAuth and ARM nest an `error`.
  const members = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  const data = members.get('data');
  return {
    code: codeFrom(members.get('code')),
    description: readable(members.get('description')) ?? readable(members.get('message')),
    data: data === undefined || data === null ? undefined : Array.isArray(data) ? data : [data],
  };
}

function codeFrom(value: unknown): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}

/** A text that a person can read: markup is none. */
function readable(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.startsWith('<') ? undefined : text.slice(0, MAX_DESCRIPTION_LENGTH);
}
