import { Session } from '@ocx/local-exchange/api/session';
import { PROJECT, PROTOCOL, IDENTITY_PROVIDER } from '@ocx/local-exchange/operator/federation';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { StockClient } from '../conformance/stock-client.js';
import { ExchangeUnderTest, TEST_PORTS } from '../test-exchange.js';
import { Dashboard, DashboardVisitor } from './dashboard-visitor.js';

/** People of the home university, with Debian's SimpleSAMLphp as the provider that a third party wrote. */
describe('somebody of the home university', () => {
  let exchange: ExchangeUnderTest;
  let password: string;

  beforeAll(async () => {
    exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    password = await exchange.secret('university-ada');
  });

  describe('at the command line', () => {
    const client = (secret: string) =>
      new StockClient({
        OS_AUTH_TYPE: 'v3samlpassword',
        OS_AUTH_URL: exchange.urls.identity,
        OS_IDENTITY_API_VERSION: '3',
        OS_REGION_NAME: 'exchange',
        OS_IDENTITY_PROVIDER: IDENTITY_PROVIDER,
        OS_PROTOCOL: PROTOCOL,
        OS_IDENTITY_PROVIDER_URL: `http://127.0.0.1:${String(TEST_PORTS.university)}/simplesaml/saml2/idp/SSOService.php`,
        OS_USERNAME: 'ada',
        OS_PASSWORD: secret,
        OS_PROJECT_NAME: PROJECT,
        OS_PROJECT_DOMAIN_NAME: 'Default',
      });

    it('logs in with stock OpenStack’s v3samlpassword and works', async () => {
      const ada = client(password);
      const token = await ada.json<{ project_id: string; user_id: string }>('token', 'issue');
      const projects = await ada.json<{ ID: string; Name: string }[]>('federation', 'project', 'list');
      expect(projects).toEqual([expect.objectContaining({ ID: token.project_id, Name: PROJECT })]);
      expect(await ada.json<unknown[]>('server', 'list')).toEqual([]);
    });

    it('is refused with a wrong password', async () => {
      await expect(client(`${password}x`).openstack('token', 'issue')).rejects.toThrow(/The login was refused.*401/);
    });
  });

  describe('in a browser, for a dashboard', () => {
    let dashboard: Dashboard;
    let visitor: DashboardVisitor;
    const arrive = async (options = { scripts: true }) => {
      visitor = await DashboardVisitor.arrive(dashboard, options);
      return visitor;
    };

    beforeAll(async () => {
      dashboard = await Dashboard.open();
    });
    afterEach(() => visitor.leave());
    afterAll(() => dashboard.close());

    it('is handed over with a token in a form, and in no address', async () => {
      const ada = await arrive();
      await ada.beginLogin(exchange.urls.identity);
      expect(new URL(ada.page.url()).port).toBe(String(TEST_PORTS.university));
      await ada.signIn('ada', password);
      const token = await ada.token();

      const session = await Session.adopt(exchange.http, exchange.urls.identity, token);
      const Projects = z.object({ projects: z.array(z.object({ name: z.string() })) });
      const { projects } = await session.get(Projects, `${exchange.urls.identity}/auth/projects`);
      expect(projects).toEqual([{ name: PROJECT }]);
      const [handOver] = dashboard.received;
      expect(handOver?.method).toBe('POST');
      expect(handOver?.headers.referer).toBeUndefined();
      expect(ada.visited.filter((url) => url.includes(token) || url.includes(password))).toEqual([]);
      // The cookie that tied the login to this browser is gone with it.
      expect((await ada.cookies()).filter(({ name }) => name.includes('ocx-login'))).toEqual([]);
    });

    const lives = (token: string) =>
      Session.adopt(exchange.http, exchange.urls.identity, token).then(
        () => true,
        () => false,
      );

    it('logs out at the dashboard and is logged out at the university', async () => {
      const ada = await arrive();
      await ada.beginLogin(exchange.urls.identity);
      await ada.signIn('ada', password);
      const token = await ada.token();
      // While the university still knows her, she need not say who she is.
      await ada.beginLogin(exchange.urls.identity);
      const another = await ada.token();
      expect(await lives(another)).toBe(true);

      await ada.logOut(exchange.urls.identity, token);
      expect(await lives(token)).toBe(false);
      expect(ada.visited.some((url) => url.includes('/OS-FEDERATION/saml2/slo?SAMLResponse='))).toBe(true);
      expect(ada.visited.filter((url) => url.includes(token))).toEqual([]);
      await ada.beginLogin(exchange.urls.identity);
      expect(new URL(ada.page.url()).port).toBe(String(TEST_PORTS.university));
      await ada.page.waitForSelector('input[name="password"]');
    });

    it('logs out at the university and is logged out here', async () => {
      const ada = await arrive();
      await ada.beginLogin(exchange.urls.identity);
      await ada.signIn('ada', password);
      const token = await ada.token();
      expect(await lives(token)).toBe(true);
      const home = `http://127.0.0.1:${String(TEST_PORTS.university)}/simplesaml`;
      const logout = `${home}/saml2/idp/SingleLogoutService.php?ReturnTo=${encodeURIComponent(`${home}/logout.php`)}`;
      await ada.page.goto(logout);
      await expect.poll(() => lives(token)).toBe(false);
      expect(ada.visited.some((url) => url.includes('/OS-FEDERATION/saml2/slo?SAMLRequest='))).toBe(true);
      await ada.page.waitForURL(`${home}/**`);
    });

    it('needs no scripts to log in, only two clicks', async () => {
      const ada = await arrive({ scripts: false });
      await ada.beginLogin(exchange.urls.identity);
      await ada.signIn('ada', password);
      await ada.page.click('[type="submit"]:visible');
      await ada.page.click('#submit_no_javascript');
      expect(await ada.token()).not.toBe('');
    });

    it('is not logged in by somebody else’s answer', async () => {
      const mallory = await arrive();
      let answer = '';
      await mallory.page.route('**/OS-FEDERATION/saml2/acs/**', async (route) => {
        answer = new URLSearchParams(route.request().postData() ?? '').get('SAMLResponse') ?? '';
        await route.abort();
      });
      await mallory.beginLogin(exchange.urls.identity);
      await mallory.signIn('ada', password);
      await expect.poll(() => answer).not.toBe('');
      await mallory.leave();

      const victim = await arrive();
      const consumer = `${exchange.urls.identity}/OS-FEDERATION/saml2/acs/${IDENTITY_PROVIDER}`;
      const trap = `<form method="post" action="${consumer}"><input name="SAMLResponse" value="${answer}"></form><script>document.forms[0].submit()</script>`;
      await victim.page.route('http://evil.example/', (route) =>
        route.fulfill({ contentType: 'text/html', body: trap }),
      );
      const refused = victim.page.waitForResponse((response) => response.url().includes('/saml2/login?code='));
      await victim.page.goto('http://evil.example/');
      expect((await refused).status()).toBe(401);
      expect(dashboard.received).toEqual([]);
    });

    it('stays at the university with a wrong password', async () => {
      const ada = await arrive();
      await ada.beginLogin(exchange.urls.identity);
      await ada.signIn('ada', `${password}x`);
      await ada.page.waitForLoadState();
      expect(new URL(ada.page.url()).port).toBe(String(TEST_PORTS.university));
      expect(dashboard.received).toEqual([]);
    });
  });
});
