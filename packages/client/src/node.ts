/** What this package takes of Node.js's own modules. */
interface NodeModules {
  'node:fs/promises': { readFile(path: string, encoding: 'utf8'): Promise<string> };
  'node:crypto': {
    X509Certificate: new (pem: string) => { readonly fingerprint256: string };
    createPrivateKey(key: { key: string; passphrase?: string }): {
      export(options: { format: 'pem'; type: 'pkcs8' }): string;
    };
  };
}

interface Process {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly versions?: { readonly node?: string };
  getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined;
}

const { process } = globalThis as { process?: Process };

/** Whether this is Node.js, or a runtime that passes for it. */
export function isNode(): boolean {
  return process?.versions?.node !== undefined;
}

/** One of Node.js's own modules; undefined elsewhere. Bundlers for browsers stumble over an `import()` of it. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return process?.getBuiltinModule?.(name);
}

/** A variable of the environment; undefined where there is no environment. */
export function environmentVariable(name: string): string | undefined {
  return process?.env[name];
}
