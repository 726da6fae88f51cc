import { createHash } from 'node:crypto';
import { escapeHtml } from '../http/escape-html.js';
import type { SampleUser } from './sample-data.js';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 32rem; margin: 4rem auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; }
a { display: block; padding: .75rem 1rem; margin: .5rem 0; border: 1px solid GrayText; border-radius: .25rem; text-decoration: none; }
a:hover, a:focus-visible { border-color: LinkText; outline: 2px solid LinkText; }
small { color: GrayText; }
`;

/**
 * What the pages may do: show themselves in their one style, and nothing else; no script, no frame, no form.
 * @see https://www.w3.org/TR/CSP3/
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page on which a person chooses whom to sign in as; `linkOf` gives the address of a choice. */
export function choicePage(
  users: readonly SampleUser[],
  application: string,
  linkOf: (user: SampleUser) => string,
): string {
  const choices = users.map(
    (user) => `<li><a href="${escapeHtml(linkOf(user))}">${escapeHtml(user.displayName)}<br>
<small>${escapeHtml(user.userPrincipalName)} · ${escapeHtml(user.tenantName)}</small></a></li>`,
  );
  return page(
    'Sign in to the sandbox',
    `<p>Continue to ${escapeHtml(application)} as one of the sample users. There are no passwords.</p>
<ul>
${choices.join('\n')}
</ul>`,
  );
}

/** The page after a sign-out that leads nowhere else. */
export function signedOutPage(): string {
  return page('Signed out', '<p>You are signed out of the sandbox. You can close this page.</p>');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}
