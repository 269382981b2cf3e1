import { escapeHtml } from './sso-page.js';

/** Nothing of the page does anything but its links. */
export const CHOICE_PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
};

/** Asks somebody where they are from: each link begins the login at one home organisation. */
export const choicePage = (
  homes: readonly { readonly name: string; readonly url: string }[],
): string => `<!DOCTYPE html>
<html lang="en">
  <head><title>Where are you from?</title></head>
  <body>
    <h1>Where are you from?</h1>
    <ul>
${homes.map(({ name, url }) => `      <li><a href="${escapeHtml(url)}">${escapeHtml(name)}</a></li>`).join('\n')}
    </ul>
  </body>
</html>
`;
