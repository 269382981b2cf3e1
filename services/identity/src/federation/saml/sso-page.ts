import { createHash } from 'node:crypto';

const SCRIPT = "document.forms['sso'].submit();";
const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);

/** What keeps the page from doing anything but post the token to the dashboard it is for. */
export const ssoPageHeaders = (origin: string): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': `default-src 'none'; script-src 'sha256-${SCRIPT_HASH}'; form-action ${new URL(origin).origin}; frame-ancestors 'none'; base-uri 'none'`,
});

/** Keystone's callback page: it posts the token to the dashboard, in the body, never in a URL. */
export const ssoPage = (origin: string, token: string): string => `<!DOCTYPE html>
<html>
  <head><title>Authentication redirect</title></head>
  <body>
    <form id="sso" name="sso" action="${escapeHtml(origin)}" method="post">
      Please wait...
      <br/>
      <input type="hidden" name="token" id="token" value="${escapeHtml(token)}"/>
      <noscript>
        <input type="submit" name="submit_no_javascript" id="submit_no_javascript"
          value="If your JavaScript is disabled, please click to continue"/>
      </noscript>
    </form>
    <script type="text/javascript">${SCRIPT}</script>
  </body>
</html>
`;
