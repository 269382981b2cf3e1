import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { TRUSTED_ORIGIN } from '@ocx/local-exchange/exchange.services';
import { webSsoUrl } from '@ocx/local-exchange/tour/saml-login';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's own; the tests bring no browser along. */
const CHROMIUM = '/usr/bin/chromium';

export interface Received {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The dashboard that identity trusts, as far as its browsers can tell, and such a browser. */
export class Dashboard {
  private constructor(
    readonly received: Received[],
    readonly newContext: (options: { javaScriptEnabled: boolean }) => Promise<BrowserContext>,
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<Dashboard> {
    const received: Received[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        // Browsers ask for an icon, too.
        if (request.url !== new URL(TRUSTED_ORIGIN).pathname) return response.writeHead(404).end();
        received.push({ method: request.method ?? '', headers: request.headers, body });
        return response.setHeader('content-type', 'text/html').end('<title>Dashboard</title>');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const args = [`--host-resolver-rules=MAP ${new URL(TRUSTED_ORIGIN).host} 127.0.0.1:${String(port)}`];
    // Chromium's sandbox does not start for root, who runs the tests where there is no other user.
    if (process.getuid?.() === 0) args.push('--no-sandbox');
    const browser = await chromium.launch({ executablePath: CHROMIUM, args });
    return new Dashboard(
      received,
      (options) => browser.newContext(options),
      async () => {
        await browser.close();
        server.closeAllConnections();
        server.close();
      },
    );
  }
}

/** A person at a browser. */
export class DashboardVisitor {
  /** Every address that the browser asked for, with its query. */
  readonly visited: string[] = [];

  private constructor(
    private readonly dashboard: Dashboard,
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async arrive(dashboard: Dashboard, options: { readonly scripts: boolean }): Promise<DashboardVisitor> {
    dashboard.received.length = 0;
    const context = await dashboard.newContext({ javaScriptEnabled: options.scripts });
    const visitor = new DashboardVisitor(dashboard, context, await context.newPage());
    context.on('request', (request) => visitor.visited.push(request.url()));
    return visitor;
  }

  /** As a dashboard's login button does. Whom the university knows already goes on by themselves. */
  async beginLogin(identityUrl: string): Promise<void> {
    await this.page.goto(webSsoUrl(identityUrl), { waitUntil: 'commit' });
  }

  /** The university's own page. Without scripts each page that follows wants a click. */
  async signIn(username: string, password: string): Promise<void> {
    await this.page.fill('input[name="username"]', username);
    await this.page.fill('input[name="password"]', password);
    await this.page.click('#submit_button, button[type="submit"], input[type="submit"]');
  }

  /** What the dashboard is posted; waits for it. */
  async token(): Promise<string> {
    await this.page.waitForURL(TRUSTED_ORIGIN);
    const fields = new URLSearchParams(this.dashboard.received.at(-1)?.body ?? '');
    return fields.get('token') ?? '';
  }

  /** As a dashboard's logout button does, with the token that it was handed. */
  async logOut(identityUrl: string, token: string): Promise<void> {
    const action = `${identityUrl}/auth/OS-FEDERATION/saml2/logout`;
    const form = `<form method="post" action="${action}"><input name="token" value="${token}"><input name="origin" value="${TRUSTED_ORIGIN}"><button></form>`;
    await this.page.setContent(form);
    const back = this.page.waitForResponse((response) => response.url() === TRUSTED_ORIGIN);
    await this.page.click('button');
    await (await back).finished();
    await this.page.waitForSelector('form', { state: 'detached' });
  }

  cookies() {
    return this.context.cookies();
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}
