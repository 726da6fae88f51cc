import { HostRefused } from './addresses.js';

/** Sending was ended from this side, its message saying why. */
export class SendingEnded extends Error {
  override readonly name = 'SendingEnded';
}

const UNRESOLVED = 'The host name does not resolve.';
const UNREACHABLE = 'The host cannot be reached.';
const HUNG_UP = 'The receiver closed the connection without an answer.';
const UNTRUSTED = "The receiver's certificate is not signed by a trusted authority.";

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: UNRESOLVED,
  ENODATA: UNRESOLVED,
  EAI_AGAIN: 'The host name cannot be resolved at the moment.',
  ECONNREFUSED: 'The receiver refused the connection.',
  ECONNRESET: HUNG_UP,
  EPIPE: HUNG_UP,
  ETIMEDOUT: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  CERT_HAS_EXPIRED: "The receiver's certificate has expired.",
  CERT_NOT_YET_VALID: "The receiver's certificate is not valid yet.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The receiver's certificate is for another host name.",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
};

/** Why a webhook got no answer, in words of ours: an error's own text may quote what the receiver sent. */
export function failureWords(error: unknown): string {
  if (error instanceof SendingEnded) return error.message;
  if (error instanceof HostRefused) return `The host ${error.message}.`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_')) return 'The answer is not valid HTTP.';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return words[code] ?? 'No TLS connection could be agreed on with the receiver.';
  }
  return words[code] ?? 'The connection to the receiver failed.';
}
