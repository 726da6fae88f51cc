import { headers, isGuid } from '@vetted/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Caller } from '../domain/caller.js';
import type { Clock } from '../domain/clock.js';
import { Refusal } from '../domain/refusal.js';
import type { TrustedIssuer } from './trusted-issuer.js';

export interface IdentityOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly audiences: readonly string[];
  readonly operatorTenants: readonly string[];
  readonly requireMfa: boolean;
  readonly clock: Clock;
  /** Seconds by which an issuer's clock may differ from ours. */
  readonly clockToleranceInSeconds: number;
  /** Counts what came of tokens that were not known. */
  readonly counts?: { verified: number; refused: number };
}

/** Enough for every application and user of a busy service; the oldest is forgotten first. */
const MAX_REMEMBERED_TOKENS = 10_000;
const SCOPE = 'user_impersonation';
/** The last one that a date can tell: what ends after it would never end. */
const LAST_SECOND = 8.64e12;

/**
 * Tells callers from their Microsoft Entra ID access tokens. A verified token is remembered until it expires.
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens
 */
export class Identity {
  readonly #options: IdentityOptions;
  readonly #verified = new Map<string, Caller>();
  #last: { readonly authorization: string; readonly caller: Caller } | undefined;

  constructor(options: IdentityOptions) {
    this.#options = options;
  }

  /** The caller that an Authorization header stands for. Throws a Refusal if it stands for none. */
  identify(authorization: string | undefined): Caller | Promise<Caller> {
    if (authorization === undefined || authorization === '') throw new Refusal('AuthorizationMissing');
    // Most requests come with the same token as the one before: comparing it is cheaper than looking it up.
    if (this.#last === undefined || authorization !== this.#last.authorization) {
      const caller = this.#verified.get(authorization);
      if (caller === undefined) return this.#verify(authorization);
      this.#last = { authorization, caller };
    }
    const { caller } = this.#last;
    return caller.expiresAt > this.#options.clock().getTime() ? caller : this.#verify(authorization);
  }

  async #verify(authorization: string): Promise<Caller> {
    const { counts } = this.#options;
    try {
      const caller = await this.#callerOf(authorization);
      if (counts) counts.verified += 1;
      return caller;
    } catch (error) {
      if (counts) counts.refused += 1;
      throw error;
    }
  }

  async #callerOf(authorization: string): Promise<Caller> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new Refusal('TokenInvalid');
    const { issuers, audiences, operatorTenants, clock, clockToleranceInSeconds } = this.#options;
    const payload = await verifySignature(token, issuers, clock(), clockToleranceInSeconds);
    if (![payload.aud].flat().some((audience) => audience !== undefined && audiences.includes(audience))) {
      throw new Refusal('AudienceInvalid');
    }
    const caller = toCaller(payload, operatorTenants, clockToleranceInSeconds);
    this.#remember(authorization, caller);
    return caller;
  }

  #remember(authorization: string, caller: Caller): void {
    this.#verified.delete(authorization);
    this.#verified.set(authorization, caller);
    if (this.#verified.size <= MAX_REMEMBERED_TOKENS) return;
    for (const oldest of this.#verified.keys()) {
      this.#verified.delete(oldest);
      return;
    }
  }

  /** Lets a caller in, and answers its question about multi-factor authentication. */
  admit(caller: Caller, request: FastifyRequest, reply: FastifyReply): void {
    request.caller = caller;
    const question = request.headers[headers.validateMfa.toLowerCase()];
    if (question !== undefined && String(question).toLowerCase() === 'true') {
      reply.header(headers.isMfaCompliant, String(caller.mfa));
    }
    if (this.#options.requireMfa && caller.kind === 'app+user' && !caller.mfa) throw new Refusal('MfaRequired');
  }
}

/** For routes that act on behalf of a user; stands behind identity and before the body is read. */
export function requireUser(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  if (request.caller.kind === 'app') done(new Refusal('AppUserRequired'));
  else done();
}

type Role = 'Vetting.Review' | 'Vetting.Administer';

/** For routes that need one of our roles; stands behind identity and before the body is read. */
export function requireRole(role: Role) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    if (request.caller.roles.includes(role)) done();
    else done(new Refusal('RoleMissing'));
  };
}

async function verifySignature(
  token: string,
  issuers: readonly TrustedIssuer[],
  now: Date,
  clockTolerance: number,
): Promise<JWTPayload> {
  try {
    // Not verified yet: a stranger may have written anything.
    const { iss }: { iss?: unknown } = decodeJwt(token);
    const issuer = typeof iss === 'string' ? issuers.find(({ tenantOf }) => tenantOf(iss) !== undefined) : undefined;
    if (issuer === undefined) throw new Refusal('TokenInvalid');
    const { payload } = await jwtVerify(token, issuer.keys, {
      algorithms: ['RS256'],
      currentDate: now,
      clockTolerance,
      requiredClaims: ['exp', 'iss', 'aud', 'tid'],
    });
    if (
      (payload.exp ?? 0) > LAST_SECOND ||
      !isGuid(payload.tid) ||
      issuer.tenantOf(payload.iss ?? '') !== payload.tid.toLowerCase()
    ) {
      throw new Refusal('TokenInvalid');
    }
    return payload;
  } catch (error) {
    throw error instanceof errors.JOSEError ? new Refusal('TokenInvalid') : error;
  }
}

/** App+User means that `scp` grants user_impersonation; app-only means that there is no `scp`. */
function toCaller(payload: JWTPayload, operatorTenants: readonly string[], clockTolerance: number): Caller {
  const { scp, oid, appid, azp, amr, roles } = payload;
  const partnerId = String(payload.tid).toLowerCase();
  const strings = (claim: unknown) => (Array.isArray(claim) ? claim.filter((item) => typeof item === 'string') : []);
  const isUser = scp !== undefined;
  if (isUser && typeof scp !== 'string') throw new Refusal('TokenInvalid');
  if (isUser && !scp.split(' ').includes(SCOPE)) throw new Refusal('RoleMissing');
  const subject = [oid, ...(isUser ? [] : [appid, azp])].find(isGuid);
  if (subject === undefined) throw new Refusal('TokenInvalid');
  return {
    partnerId,
    kind: isUser ? 'app+user' : 'app',
    subject: subject.toLowerCase(),
    roles: operatorTenants.includes(partnerId) ? strings(roles) : [],
    mfa: strings(amr).includes('mfa'),
    expiresAt: ((payload.exp ?? 0) + clockTolerance) * 1000,
  };
}
