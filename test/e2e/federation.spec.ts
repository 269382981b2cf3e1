import { PROJECT, PROTOCOL, IDENTITY_PROVIDER } from '@ocx/local-exchange/operator/federation';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { StockClient } from '../conformance/stock-client.js';
import { ExchangeUnderTest, TEST_PORTS } from '../test-exchange.js';

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
});
