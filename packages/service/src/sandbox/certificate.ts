import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, replaceFile } from './files.js';

/** A key and its certificate, as PEM text. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const DAY_IN_MS = 24 * 60 * 60 * 1000;
/** Longer than a year, and within the 825 days that Apple's systems accept of a certificate the user trusts. */
const LIFETIME_IN_DAYS = 397;
const RENEWAL_IN_DAYS = 30;

/**
 * The certificate of a data folder, made when there is none that serves for another month; without a folder, a new one.
 * It goes by the machine's clock, not the sandbox's: those who check it know no other.
 */
export async function openCertificate(home: string | undefined): Promise<Certificate> {
  if (home === undefined) return newCertificate();
  const keyFile = join(home, 'https-key.pem');
  const certificateFile = join(home, 'https-certificate.pem');
  const [key, cert] = await Promise.all([readIfThere(keyFile), readIfThere(certificateFile)]);
  if (key !== undefined && cert !== undefined && serves(key, cert)) return { key, cert };
  const made = await newCertificate();
  await replaceFile(keyFile, made.key);
  await replaceFile(certificateFile, made.cert, 0o644);
  return made;
}

/** Whether the two belong together and are good for a month; not if a start was cut short between the two files. */
function serves(key: string, cert: string): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const now = Date.now();
    return (
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) > now + RENEWAL_IN_DAYS * DAY_IN_MS
    );
  } catch {
    return false;
  }
}

/**
 * A server certificate that is its own anchor. It is no authority: whoever trusts it trusts it for this machine's
 * names alone, and browsers refuse an authority's certificate as a server's.
 */
async function newCertificate(): Promise<Certificate> {
  // Loaded on demand: without https nobody pays for it at the start.
  const { generate } = await import('selfsigned');
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_IN_MS),
    notAfterDate: new Date(now + LIFETIME_IN_DAYS * DAY_IN_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { key: made.private, cert: made.cert };
}
