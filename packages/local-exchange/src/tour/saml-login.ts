import type { HttpApi } from '../api/http.js';
import { TRUSTED_ORIGIN } from '../exchange.services.js';
import { IDENTITY_PROVIDER, PROTOCOL } from '../operator/federation.js';
import { Browser, type Page } from './browser.js';

export interface SamlLogin {
  readonly http: HttpApi;
  /** Ends in /v3. */
  readonly identityUrl: string;
  readonly username: string;
  readonly password: string;
}

/** Where identity starts a browser login and, at the end, to whom it hands the token. */
export function webSsoUrl(identityUrl: string): string {
  const path = `auth/OS-FEDERATION/identity_providers/${IDENTITY_PROVIDER}/protocols/${PROTOCOL}/websso`;
  return `${identityUrl}/${path}?origin=${encodeURIComponent(TRUSTED_ORIGIN)}`;
}

function required<T>(what: string, page: Page, value: T | undefined): T {
  if (value === undefined)
    throw new Error(`${what} is missing on the page "${page.title}" at ${page.url.split('?')[0] ?? ''}.`);
  return value;
}

/** Step 1 of a browser login: identity sends the browser to the university. */
export async function openLoginPage(browser: Browser, identityUrl: string): Promise<Page> {
  const page = await browser.open(webSsoUrl(identityUrl));
  // Identity may redirect, or answer with a form that a script would send.
  const request = page.form('SAMLRequest');
  return request === undefined ? page : browser.submit(request);
}

/** Step 2: the password goes to the university, its signed assertion to identity, and identity's token to the client. */
export async function signIn(browser: Browser, loginPage: Page, { username, password }: SamlLogin): Promise<string> {
  const login = required('The login form', loginPage, loginPage.form('password'));
  const asserted = await browser.submit(login, { username, password });
  const assertion = required('The signed assertion', asserted, asserted.form('SAMLResponse'));
  const done = await browser.submit(assertion);
  const handOver = required('The token', done, done.form('token'));
  if (handOver.action !== TRUSTED_ORIGIN) throw new Error(`The token would have gone to ${handOver.action}.`);
  return required('The token', done, handOver.fields['token']);
}
