import type { HttpHeaders } from '@azure/core-rest-pipeline';
import { isObject, parseJson } from './json.js';

/**
 * The claims that a 401 demands of the next token, as JSON: `WWW-Authenticate: Bearer …, claims="<Base64>"`. Undefined
 * where it demands none that can be read.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function demandedClaims(headers: HttpHeaders): string | undefined {
  const challenge = headers.get('WWW-Authenticate') ?? '';
  const encoded = /\bBearer\b.*?\bclaims="([^"]+)"/is.exec(challenge)?.[1];
  const text = encoded === undefined ? undefined : textOfBase64(encoded);
  return text !== undefined && isObject(parseJson(text)) ? text : undefined;
}

/** Either alphabet of Base64 occurs; undefined where the text is of neither. */
function textOfBase64(encoded: string): string | undefined {
  try {
    const bytes = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
