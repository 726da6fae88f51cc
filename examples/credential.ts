import { DefaultAzureCredential } from '@azure/identity';
import { isCredentialError, readSandbox, sandboxCredential, type TokenCredential } from '@vetted/client';

/** Which service to call, and as whom. */
export interface Target {
  readonly baseUrl: string | undefined;
  readonly credential: TokenCredential;
}

/**
 * The sandbox that runs in this folder (`npm start`), or else Microsoft's Partner Center with whatever credential
 * @azure/identity finds: environment variables, a managed identity, `az login`.
 * @param user a sandbox user for an App+User token; without one it is app-only
 */
export async function findTarget(user?: 'agent'): Promise<Target> {
  try {
    const sandbox = await readSandbox();
    return { baseUrl: sandbox.baseUrl, credential: sandboxCredential({ sandbox, ...(user && { user }) }) };
  } catch (error) {
    if (!isCredentialError(error) || error.code !== 'ENOENT') throw error;
    return { baseUrl: undefined, credential: new DefaultAzureCredential() };
  }
}
