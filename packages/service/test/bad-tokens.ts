import { createPublicKey } from 'node:crypto';
import { PARTNER_CENTER_AUDIENCE } from '@vetted/testkit';
import { partner, stranger } from './bench.js';
import type { TokenForge } from './token-forge.js';

/** What is wrong with an Authorization header, and how it is written; refused with 400 unless it says otherwise. */
export type BadToken = readonly [wrong: string, write: (forge: TokenForge) => string, code?: '900420'];

/** A token that the issuer signed, with these claims, and one more thing about its header. */
const claimed =
  (claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}) =>
  (forge: TokenForge) =>
    `Bearer ${forge.token(claims, header)}`;
/** A token that somebody else signed. */
const forged =
  (header: (forge: TokenForge) => Readonly<Record<string, unknown>>): ((forge: TokenForge) => string) =>
  (forge) =>
    `Bearer ${forge.forged(header(forge))}`;
/** A good token, written otherwise. */
const written = (write: (token: string, parts: readonly [string, string, string]) => string) => (forge: TokenForge) => {
  const token = forge.token();
  return write(token, token.split('.') as [string, string, string]);
};
const issuedBy = (issuer: (forge: TokenForge) => string) => (forge: TokenForge) =>
  `Bearer ${forge.token({ iss: issuer(forge) })}`;
/** Claims as text, for what no object can say. */
const payload = (change: (json: string) => string) => (forge: TokenForge) =>
  `Bearer ${forge.sign(JSON.stringify(forge.header()), change(JSON.stringify(forge.claims())))}`;
const headed = (change: (json: string) => string) => (forge: TokenForge) =>
  `Bearer ${forge.sign(change(JSON.stringify(forge.header())), JSON.stringify(forge.claims()))}`;
const ends = (exp: (forge: TokenForge) => number) => (forge: TokenForge) =>
  `Bearer ${forge.token({ exp: exp(forge) })}`;
const begins = (nbf: (forge: TokenForge) => number) => (forge: TokenForge) =>
  `Bearer ${forge.token({ nbf: nbf(forge) })}`;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (alg: string, signature: string) => (forge: TokenForge) =>
  `Bearer ${base64({ ...forge.header(), alg })}.${base64(forge.claims())}.${signature}`;

const scheme: readonly BadToken[] = [
  ['nothing but the scheme', () => 'Bearer'],
  ['nothing but the scheme and a space', () => 'Bearer '],
  ['Basic credentials', () => `Basic ${Buffer.from('agent:secret').toString('base64')}`],
  ['another scheme', written((token) => `Basic ${token}`)],
  ['no scheme', written((token) => token)],
  ['two spaces after the scheme', written((token) => `Bearer  ${token}`)],
  ['a tab after the scheme', written((token) => `Bearer\t${token}`)],
  ['the scheme written together with the token', written((token) => `Bearer${token}`)],
  ['the scheme twice', written((token) => `Bearer Bearer ${token}`)],
  ['two tokens', written((token) => `Bearer ${token}, Bearer ${token}`)],
  ['something behind the token', written((token) => `Bearer ${token} x`)],
  ['a parameter behind the token', written((token) => `Bearer ${token}, realm="x"`)],
  ['quotes', written((token) => `Bearer "${token}"`)],
];

const shape: readonly BadToken[] = [
  ['garbage', () => 'Bearer garbage'],
  ['garbage in three parts', () => 'Bearer a.b.c'],
  ['8,000 dots', () => `Bearer ${'.'.repeat(8000)}`],
  ['15,000 letters', () => `Bearer ${'a'.repeat(5000)}.${'b'.repeat(5000)}.${'c'.repeat(5000)}`],
  ['letters of other scripts', written((token) => `Bearer ${token.slice(0, -4)}\u00e9\u00fc\u00df\u00f8`)],
  ['a dot at its end', written((token) => `Bearer ${token}.`)],
  ['a dot at its beginning', written((token) => `Bearer .${token}`)],
  ['a fourth part', written((token) => `Bearer ${token}.${token.slice(0, 10)}`)],
  ['the five parts of an encrypted one', written((_, [a, b, c]) => `Bearer ${a}.${b}.${c}.${b}.${c}`)],
  ['no signature', written((_, [a, b]) => `Bearer ${a}.${b}.`)],
  ['no claims', written((_, [a, , c]) => `Bearer ${a}..${c}`)],
  ['no header', written((_, [, b, c]) => `Bearer .${b}.${c}`)],
  ['a signature cut short', written((token) => `Bearer ${token.slice(0, -8)}`)],
  ['a signature with more behind it', written((token) => `Bearer ${token}AAAA`)],
  ['the signature of another token', (forge) => `Bearer ${swapped(forge.token(), forge.token({ jti: 'x' }))}`],
  ['claims that were changed', (forge) => `Bearer ${swapped(forge.token(), forge.token({ tid: stranger }))}`],
  ['padding', written((_, [a, b, c]) => `Bearer ${a}=.${b}==.${c}==`)],
  ['base64 instead of base64url', (forge) => `Bearer ${inBase64(forge)}`],
  ['white space within', written((_, [a, b, c]) => `Bearer ${a}. ${b}.${c}`)],
  ['JSON instead of a token', (forge) => `Bearer ${JSON.stringify(forge.claims())}`],
];

const signature: readonly BadToken[] = [
  ['alg none and no signature', unsigned('none', '')],
  ['alg none and some signature', unsigned('none', 'AAAA')],
  ['alg None', unsigned('None', 'AAAA')],
  ['alg NONE', unsigned('NONE', 'AAAA')],
  ['alg nOnE', unsigned('nOnE', 'AAAA')],
  ['no alg', headed((json) => json.replace('"alg":"RS256",', ''))],
  ['an empty alg', headed((json) => json.replace('RS256', ''))],
  ['alg in small letters', headed((json) => json.replace('RS256', 'rs256'))],
  ['alg in wide letters', headed((json) => json.replace('RS256', '\uff32\uff33\uff12\uff15\uff16'))],
  ['alg with a NUL', headed((json) => json.replace('RS256', 'RS256\\u0000'))],
  ['a list of algs', headed((json) => json.replace('"RS256"', '["RS256"]'))],
  ...(['jwk', 'modulus', 'pem', 'der'] as const).map(
    (form): BadToken => [
      `the public key as HS256's secret, as ${form}`,
      (forge) => `Bearer ${forge.withPublicKeyAsSecret(form)}`,
    ],
  ),
  ...['RS384', 'RS512', 'PS256'].map(
    (alg): BadToken => [
      `a signature with ${alg} by the right key`,
      (forge) => `Bearer ${forge.sign(JSON.stringify(forge.header({ alg })), JSON.stringify(forge.claims()), { alg })}`,
    ],
  ),
  ['another alg in its header than it is signed with', claimed({}, { alg: 'PS256' })],
  ["another's signature under the same key id", forged(() => ({}))],
  ['its own key along with it', forged((forge) => ({ jwk: publicJwk(forge) }))],
  ['a jku', forged(({ url }) => ({ jku: `${url}/keys` }))],
  ['a jku and the key id of that set', forged(({ url }) => ({ jku: `${url}/keys`, kid: 'foreign' }))],
  ['an x5u', forged(({ url }) => ({ x5u: `${url}/certificate` }))],
  ['an x5c', forged(() => ({ x5c: ['MIIB'] }))],
  ['an x5t', forged(() => ({ x5t: 'key-1' }))],
  ['a URL as its key id', claimed({}, { kid: 'http://127.0.0.1:1/keys' })],
  ['no key id', claimed({}, { kid: undefined })],
  ['a key id that nobody knows', claimed({}, { kid: 'key-9' })],
  ['a key id that is empty', claimed({}, { kid: '' })],
  ['a key id that is a path', claimed({}, { kid: '../../../../dev/null' })],
  ['a key id that is SQL', claimed({}, { kid: "' or '1'='1' --" })],
  ['a key id that is a number', claimed({}, { kid: 1 })],
  ['a key id that is a list', claimed({}, { kid: ['key-1'] })],
  ['a key id that is an object', claimed({}, { kid: { toString: 'key-1' } })],
  ['a key id that is a prototype', claimed({}, { kid: '__proto__' })],
  ['a critical extension', claimed({}, { crit: ['exp'], exp: 1 })],
  ['an empty list of critical extensions', claimed({}, { crit: [] })],
  ['critical extensions that are no list', claimed({}, { crit: 'exp' })],
  ['claims that are not encoded', claimed({}, { crit: ['b64'], b64: false })],
];

const json: readonly BadToken[] = [
  ['a header that is no JSON', headed(() => 'RS256')],
  ['a header that is a list', headed((text) => `[${text}]`)],
  ['a header that is null', headed(() => 'null')],
  ['a header that is not UTF-8', (forge) => `Bearer ${forge.sign(Buffer.from([0xff, 0xfe]), '{}')}`],
  ['an alg twice, the last one none', headed((text) => text.replace(/}$/, ',"alg":"none"}'))],
  ['a key id twice, the last one unknown', headed((text) => text.replace(/}$/, ',"kid":"x"}'))],
  ['claims that are no JSON', payload(() => 'partner')],
  ['claims that are a list', payload((text) => `[${text}]`)],
  ['claims that are null', payload(() => 'null')],
  ['claims that are text', payload((text) => JSON.stringify(text))],
  ['claims that are empty', payload(() => '')],
  ['claims cut short', payload((text) => text.slice(0, -1))],
  ['claims and more', payload((text) => `${text}{}`)],
  ['a token within the token', (forge) => nested(forge)],
  ['a tenant twice, the last one another', payload((text) => text.replace(/}$/, `,"tid":"${stranger}"}`))],
  ['an end twice, the last one past', payload((text) => text.replace(/}$/, ',"exp":1}'))],
  ['claims behind a prototype', (forge) => `Bearer ${forge.sign(JSON.stringify(forge.header()), inPrototype(forge))}`],
];

const issuer: readonly BadToken[] = [
  ['an issuer that nobody named', issuedBy(() => `https://login.example/${partner}/v2.0`)],
  ['an issuer of the right host and another path', issuedBy((forge) => `${origin(forge)}/${partner}/v3.0`)],
  ['an issuer of another port', issuedBy((forge) => forge.issuerOf(partner).replace(/:\d+/, ':1'))],
  ['an issuer of another scheme', issuedBy((forge) => forge.issuerOf(partner).replace('http:', 'https:'))],
  ['an issuer whose scheme is in capitals', issuedBy((forge) => forge.issuerOf(partner).replace('http:', 'HTTP:'))],
  ['an issuer whose path is in capitals', issuedBy((forge) => `${forge.issuerOf(partner)}V2.0`)],
  ['an issuer with a slash behind it', issuedBy((forge) => `${forge.issuerOf(partner)}/`)],
  ['an issuer with a slash too many', issuedBy((forge) => forge.issuerOf(`/${partner}`))],
  ['an issuer without its last letter', issuedBy((forge) => forge.issuerOf(partner).slice(0, -1))],
  ['an issuer with a user before its host', issuedBy((forge) => forge.issuerOf(partner).replace('//', '//x@'))],
  ['an issuer before an @', issuedBy((forge) => `${forge.issuerOf(partner)}@attacker.example`)],
  ['an issuer with a query', issuedBy((forge) => `${forge.issuerOf(partner)}?x`)],
  ['an issuer with a fragment', issuedBy((forge) => `${forge.issuerOf(partner)}#x`)],
  ['an issuer with a space before it', issuedBy((forge) => ` ${forge.issuerOf(partner)}`)],
  ['an issuer with a NUL behind it', issuedBy((forge) => `${forge.issuerOf(partner)}\u0000`)],
  ['an issuer that is percent-encoded', issuedBy((forge) => forge.issuerOf(partner.replace('9', '%39')))],
  ['an issuer that goes up and down', issuedBy((forge) => forge.issuerOf(`${stranger}/../${partner}`))],
  ['the issuer of another tenant', issuedBy((forge) => forge.issuerOf(stranger))],
  ['the issuer of a tenant and more', issuedBy((forge) => forge.issuerOf(`${partner}/x`))],
  ['the issuer of no tenant', issuedBy((forge) => forge.issuerOf(''))],
  ["the issuer's placeholder", issuedBy((forge) => forge.issuerOf('{tenantid}'))],
  ['the issuer of all tenants', issuedBy((forge) => forge.issuerOf('common'))],
  ["the tenant of another than the issuer's", claimed({ tid: stranger })],
];

/** What a claim may be instead of what it is. */
const notText: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 1],
  ['true', true],
  ['an object', {}],
  ['an empty list', []],
];

const claims: readonly BadToken[] = [
  ...['iss', 'tid', 'aud', 'exp', 'oid'].map((name): BadToken => [`no ${name}`, claimed({ [name]: undefined })]),
  ...['iss', 'tid', 'oid', 'scp'].flatMap((name) =>
    notText.map(([kind, value]): BadToken => [`${kind} for ${name}`, claimed({ [name]: value })]),
  ),
  ['a list for iss', (forge) => `Bearer ${forge.token({ iss: [forge.issuerOf(partner)] })}`],
  ['a list for tid', claimed({ tid: [partner] })],
  ['a list for oid', claimed({ oid: ['5f0e9d3a-1c2b-4a39-8a7b-6c5d4e3f2a10'] })],
  ['a list for scp', claimed({ scp: ['user_impersonation'] })],
  ['a tid that is no GUID', claimed({ tid: 'contoso' })],
  ['a tid with a line feed', claimed({ tid: `${partner}\n` })],
  ['a tid in digits of another script', claimed({ tid: partner.replaceAll('9', '\uff19') })],
  ['an oid that is no GUID', claimed({ oid: 'someone' })],
  ...notText.map(([kind, value]): BadToken => [`${kind} for aud`, claimed({ aud: value }), '900420']),
  ['another audience', claimed({ aud: 'https://graph.microsoft.com' }), '900420'],
  ['an audience that only begins like ours', claimed({ aud: `${PARTNER_CENTER_AUDIENCE}.attacker.example` }), '900420'],
  ['our audience with a slash', claimed({ aud: `${PARTNER_CENTER_AUDIENCE}/` }), '900420'],
  ['our audience in capitals', claimed({ aud: PARTNER_CENTER_AUDIENCE.toUpperCase() }), '900420'],
  ['several other audiences', claimed({ aud: ['https://graph.microsoft.com', 'x'] }), '900420'],
  ['our audience in a list in a list', claimed({ aud: [[PARTNER_CENTER_AUDIENCE]] }), '900420'],
];

/** How far an issuer's clock may be from the service's, in seconds. */
const tolerance = 60;

const time: readonly BadToken[] = [
  ['an end that is past', ends(({ now }) => now - 3600)],
  ['an end that is past by what clocks may differ', ends(({ now }) => now - tolerance)],
  ['an end before all time', ends(() => -1)],
  ['an end that is the lowest number', ends(() => -Number.MAX_VALUE)],
  ['an end at 0', ends(() => 0)],
  ['an end in milliseconds beyond all dates', ends(() => 8_640_000_000_001)],
  ['an end that is the highest number', ends(() => 1e308)],
  ['an end beyond all numbers', payload((text) => text.replace(/"exp":\d+/, '"exp":1e999'))],
  ...['9999999999', 'never', '', null, true, {}, [], [9_999_999_999]].map(
    (value): BadToken => [`${JSON.stringify(value)} for exp`, claimed({ exp: value })],
  ),
  ['a beginning that is ahead', begins(({ now }) => now + tolerance + 1)],
  ['a beginning that is the highest number', begins(() => 1e308)],
  ...['0', 'now', '', null, true, {}, [], [0]].map(
    (value): BadToken => [`${JSON.stringify(value)} for nbf`, claimed({ nbf: value })],
  ),
];

/** Everything that no handler may ever get to see. */
export const badTokens: readonly BadToken[] = [
  ...scheme,
  ...shape,
  ...signature,
  ...json,
  ...issuer,
  ...claims,
  ...time,
];

function origin(forge: TokenForge): string {
  return new URL(forge.issuerOf(partner)).origin;
}

function publicJwk({ foreignKey }: TokenForge) {
  return createPublicKey(foreignKey).export({ format: 'jwk' });
}

/** The header and the claims of the one with the signature of the other. */
function swapped(one: string, other: string): string {
  return one.slice(0, one.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'));
}

/** A token whose signature reads differently in base64 than in base64url. */
function inBase64(forge: TokenForge): string {
  for (let index = 0; ; index += 1) {
    const token = forge.token({ jti: String(index) });
    const text = token.replaceAll('-', '+').replaceAll('_', '/');
    if (text !== token) return text;
  }
}

function nested(forge: TokenForge): string {
  return `Bearer ${forge.sign(JSON.stringify(forge.header({ cty: 'JWT' })), forge.token())}`;
}

/** All that is needed, where JSON.parse does not put it. */
function inPrototype(forge: TokenForge): string {
  return `{"__proto__":${JSON.stringify(forge.claims())}}`;
}
