import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import type { ConsoleSettings } from '../../http/console-settings.js';
import { escapeHtml } from '../../http/escape-html.js';
import { serveOnFirstUse } from '../../http/on-first-use.js';
import { packageFolder } from '../../package.js';

/** Where the build puts the console. */
const built = join(packageFolder, 'console');

/** The paths at which the console is: its own routes, which a person may reload or be sent. */
const pages = ['/', '/customers', '/customers/*', '/desk', '/desk/*', '/developer'];

/** Sends the console at the root. What its pages may load is said by a strict policy, with a nonce for its styles. */
export function consoleRoutes(app: FastifyInstance, settings: ConsoleSettings, folder = built): void {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) {
    app.log.warn(`There is no console in ${folder}: npm run build makes it. The root leads to /docs.`);
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'));
    return;
  }
  const pageFor = pageWriter(readFileSync(index, 'utf8'), settings);
  serveOnFirstUse(app, ['/assets/*'], () => openAssets(join(folder, 'assets')));
  for (const path of pages) {
    app.get(path, { schema: { hide: true } }, (_request, reply) => {
      const nonce = randomBytes(16).toString('base64');
      return reply
        .headers({
          'content-security-policy': contentSecurityPolicy(nonce, settings.authority),
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        })
        .type('text/html; charset=utf-8')
        .send(pageFor(nonce));
    });
  }
}

async function openAssets(root: string): Promise<FastifyInstance> {
  const { default: fastifyStatic } = await import('@fastify/static');
  const app = fastify();
  await app.register(fastifyStatic, {
    root,
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
    index: false,
    wildcard: false,
    globIgnore: ['**/*.br', '**/*.gz'],
    setHeaders: (response) => {
      response.setHeader('vary', 'Accept-Encoding');
      response.setHeader('x-content-type-options', 'nosniff');
    },
  });
  await app.ready();
  return app;
}

/** The page with what the service says of itself; the nonce alone differs from one request to the next. */
function pageWriter(template: string, settings: ConsoleSettings): (nonce: string) => string {
  const [before = '', after = ''] = template.split('__NONCE__');
  const fill = (text: string) => text.replace('__SETTINGS__', () => escapeHtml(JSON.stringify(settings)));
  const [filledBefore, filledAfter] = [fill(before), fill(after)];
  return (nonce) => filledBefore + nonce + filledAfter;
}

/**
 * The browser talks to the service and, where that is not the service itself, to the authority, whose token endpoint has
 * the same origin as its name.
 * @see https://www.w3.org/TR/CSP3/
 */
function contentSecurityPolicy(nonce: string, authority: string | undefined): string {
  const elsewhere = authority !== undefined && URL.canParse(authority) ? ` ${new URL(authority).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${elsewhere}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
