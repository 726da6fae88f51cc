import { nodeModule } from '../node.js';
import { CredentialError } from './credential-error.js';

/** A certificate by which an application proves who it is, in place of a secret. */
export interface ClientCertificate {
  /** The certificate and its private key, both as PEM text. */
  readonly certificate: string;
  /** The passphrase of the private key. Default: the key is not encrypted. */
  readonly certificatePassword?: string;
}

/** The certificate as MSAL takes it. Throws a CredentialError for one that cannot be read. */
export function keyOf({ certificate, certificatePassword }: ClientCertificate): {
  readonly thumbprintSha256: string;
  readonly privateKey: string;
} {
  const crypto = nodeModule('node:crypto');
  if (crypto === undefined) throw new CredentialError('A certificate can be used on Node.js only.');
  try {
    const { fingerprint256 } = new crypto.X509Certificate(certificate);
    const key = crypto.createPrivateKey({
      key: certificate,
      ...(certificatePassword === undefined ? {} : { passphrase: certificatePassword }),
    });
    return {
      thumbprintSha256: fingerprint256.replaceAll(':', ''),
      privateKey: key.export({ format: 'pem', type: 'pkcs8' }),
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CredentialError(`The certificate or its private key cannot be read: ${reason}`, { code });
  }
}
