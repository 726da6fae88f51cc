/** What a service outside sandbox mode needs on PostgreSQL: a key that secrets are encrypted with. */
export const testEncryption = { encryptionKeys: [Buffer.alloc(32, 'test').toString('base64')] } as const;
