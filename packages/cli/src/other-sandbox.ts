import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

const TIMEOUT_IN_MS = 1_000;

/** A sandbox that runs on the same data folder. */
export interface OtherSandbox {
  readonly baseUrl: string;
  /** Its description, as it stood in the folder. */
  readonly text: string;
}

/** The sandbox that a data folder describes, where it runs: what signs in with the folder's secrets is this one. */
export async function otherSandbox(home: string): Promise<OtherSandbox | undefined> {
  try {
    const text = await readFile(fileIn(home), 'utf8');
    const { baseUrl, tenantId, clientId, clientSecret } = JSON.parse(text);
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://api.partnercenter.microsoft.com/.default',
    });
    const status = await post(`${baseUrl}/${tenantId}/oauth2/v2.0/token`, form);
    return status === 200 ? { baseUrl, text } : undefined;
  } catch {
    return undefined;
  }
}

/** By node:http, which the service loads anyway: what fetch loads would hold up every start on a folder used before. */
function post(url: string, form: URLSearchParams): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent: false, signal: AbortSignal.timeout(TIMEOUT_IN_MS) };
    const asking = request(url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.setHeader('content-type', 'application/x-www-form-urlencoded');
    asking.on('error', reject);
    asking.end(form.toString());
  });
}

/** Describes it in the folder again, unless the folder has come to describe yet another one than `own`. */
export async function giveBack(home: string, { text }: OtherSandbox, own: string): Promise<void> {
  const file = fileIn(home);
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    if (JSON.parse(await readFile(file, 'utf8')).baseUrl !== own) return;
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, file);
  } catch {
    // The folder is gone, or is nobody's to write any more: there is nobody left to be told.
  }
}

function fileIn(home: string): string {
  return join(home, 'sandbox.json');
}
