import { TRUSTED_ORIGIN } from '@ocx/local-exchange/exchange.services';
import { webSsoUrl } from '@ocx/local-exchange/tour/saml-login';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';

/** Debian's own; the tests bring no browser along. */
const CHROMIUM = '/usr/bin/chromium';

export function openChromium(): Promise<Browser> {
  // Chromium's sandbox does not start for root, who runs the tests where there is no other user.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A person at a browser, and what the dashboard that identity trusts is sent. */
export class DashboardVisitor {
  /** Every address that the browser asked for, with its query. */
  readonly visited: string[] = [];
  readonly handedOver: Request[] = [];

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async arrive(browser: Browser, options: { readonly scripts: boolean }): Promise<DashboardVisitor> {
    const context = await browser.newContext({ javaScriptEnabled: options.scripts });
    const visitor = new DashboardVisitor(context, await context.newPage());
    context.on('request', (request) => visitor.visited.push(request.url()));
    // The dashboard is no part of the exchange: what it is sent is what counts.
    await context.route(TRUSTED_ORIGIN, async (route) => {
      visitor.handedOver.push(route.request());
      await route.fulfill({ contentType: 'text/html', body: '<title>Dashboard</title>' });
    });
    return visitor;
  }

  /** As a dashboard's login button does. */
  async beginLogin(identityUrl: string): Promise<void> {
    await this.page.goto(webSsoUrl(identityUrl));
  }

  /** The university's own page. Without scripts each page in between wants a click. */
  async signIn(username: string, password: string): Promise<void> {
    await this.page.fill('input[name="username"]', username);
    await this.page.fill('input[name="password"]', password);
    await this.page.click('#submit_button, button[type="submit"], input[type="submit"]');
  }

  /** What the dashboard was posted; waits for it. */
  async token(): Promise<string> {
    await this.page.waitForURL(TRUSTED_ORIGIN);
    const fields = new URLSearchParams(this.handedOver.at(-1)?.postData() ?? '');
    return fields.get('token') ?? '';
  }

  cookies() {
    return this.context.cookies();
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}
