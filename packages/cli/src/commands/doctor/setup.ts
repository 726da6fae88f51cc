import type { Io } from '../../io.js';
import type { SandboxUser, Target } from '../../target.js';
import { type Check, failed, warning, well } from './check.js';

const OLDEST_NODE = [20, 19] as const;

/** The program itself. */
export function checkProgram(version: string, node: string = process.versions.node): Check {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const text = `vetted ${version} on Node.js ${node}`;
  return isOld ? failed('Program', text, `Take Node.js ${OLDEST_NODE.join('.')} or later.`) : well('Program', text);
}

/** What a target is told by before anything is sent. */
export function checkTarget(io: Io, target: Target, user: SandboxUser | undefined): Check[] {
  const { kind, baseUrl, reason, cloud, scope, authorityHost } = target;
  const what = { sandbox: 'the sandbox at ', service: '', partnerCenter: 'Partner Center at ' }[kind];
  return [
    well('Service', `${what}${baseUrl}: ${reason}`),
    ...(kind === 'sandbox' ? [] : [well('Cloud', `${cloud}, tokens from ${authorityHost}`)]),
    well('Scope', scope),
    checkProxy(io, baseUrl),
    checkSignIn(target, user),
  ];
}

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'];

function checkProxy({ env }: Io, baseUrl: string): Check {
  const name = proxyVariables.find((variable) => env[variable]);
  if (name === undefined) return well('Proxy', 'none is set');
  const proxy = withoutPassword(env[name] ?? '');
  const exceptions = env.NO_PROXY ?? env.no_proxy;
  const except = exceptions ? `, except for ${exceptions}` : '';
  const isUsed = baseUrl.startsWith('https:');
  return well('Proxy', `${proxy} (${name})${isUsed ? except : ', not used for http'}`);
}

function withoutPassword(proxy: string): string {
  if (!URL.canParse(proxy)) return 'an address that is no URL';
  const { protocol, host } = new URL(proxy);
  return `${protocol}//${host}`;
}

function checkSignIn({ signIn, variables }: Target, user: SandboxUser | undefined): Check {
  const set = variables.length === 0 ? 'no variable of its own is set' : `${listed(variables)} set`;
  switch (signIn) {
    case 'sandbox':
      return well('Sign-in', user === undefined ? "as the sandbox's application" : `as the sandbox's ${user}`);
    case 'azureIdentity':
      return well('Sign-in', `by what @azure/identity's DefaultAzureCredential finds: ${set}`);
    case 'refreshToken': {
      const text = `as a user, by a refresh token: ${set}`;
      if (variables.includes('VETTED_REFRESH_TOKEN_FILE')) return well('Sign-in', text);
      const advice = 'Put the refresh token into a file, and its name into VETTED_REFRESH_TOKEN_FILE.';
      return warning('Sign-in', `${text}. New refresh tokens are not kept, and this one ends after 90 days`, advice);
    }
  }
}

function listed(names: readonly string[]): string {
  const [last = '', ...others] = names.toReversed();
  return others.length === 0 ? `${last} is` : `${others.toReversed().join(', ')} and ${last} are`;
}
