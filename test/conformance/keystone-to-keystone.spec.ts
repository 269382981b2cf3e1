import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { send } from '../e2e/raw-http.js';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';
import { StockClient } from './stock-client.js';

const LOGIN = `
import json, os
from keystoneauth1 import session
from keystoneauth1.identity import v3
here = v3.Password(
    auth_url=os.environ['OS_AUTH_URL'], username=os.environ['OS_USERNAME'], password=os.environ['OS_PASSWORD'],
    user_domain_id='default', project_name=os.environ['OS_PROJECT_NAME'], project_domain_id='default')
there = v3.Keystone2Keystone(here, os.environ['OTHER_CLOUD'])
print(json.dumps({'token': there.get_token(session.Session())}))
`;

/** Another cloud, which believes what identity's metadata let it believe, checked by a library of others. */
class OtherCloud {
  readonly people: (string | undefined)[] = [];
  private constructor(
    private readonly server: Server,
    private readonly saml: (spUrl: string) => SAML,
  ) {}

  static async open(saml: (spUrl: string) => SAML): Promise<OtherCloud> {
    const server = createServer();
    const cloud = new OtherCloud(server, saml);
    server.on('request', (request, response) => {
      void text(request).then(async (envelope) => {
        const status = await cloud.login(request.headers['content-type'], envelope);
        const token = { methods: ['saml2'], user: { id: 'a', name: 'b', domain: { id: 'c', name: 'd' } } };
        response.writeHead(status, { 'content-type': 'application/json', 'x-subject-token': 'token-of-another-cloud' });
        response.end(JSON.stringify({ token: { ...token, expires_at: '2099-01-01T00:00:00.000000Z' } }));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return cloud;
  }

  get base(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  get spUrl(): string {
    return `${this.base}/Shibboleth.sso/SAML2/ECP`;
  }

  close(): void {
    this.server.close();
  }

  private async login(type: string | undefined, envelope: string): Promise<number> {
    const [response] = /<samlp:Response.*<\/samlp:Response>/s.exec(envelope) ?? [];
    if (type !== 'application/vnd.paos+xml' || response === undefined) return 400;
    try {
      const SAMLResponse = Buffer.from(response).toString('base64');
      const { profile } = await this.saml(this.spUrl).validatePostResponseAsync({ SAMLResponse });
      this.people.push(profile?.nameID);
      return 201;
    } catch {
      return 401;
    }
  }
}

describe('keystoneauth, from this cloud to another', () => {
  let exchange: ExchangeUnderTest;
  let member: TestTenant;
  let other: OtherCloud;
  let certificates: string[];

  const provider = (id: string): string => `${exchange.urls.identity}/OS-FEDERATION/service_providers/${id}`;
  const metadataUrl = (): string => `${exchange.urls.identity}/OS-FEDERATION/saml2/metadata`;

  const register = async (id: string, sp_url: string): Promise<void> => {
    const auth_url = `${new URL(sp_url).origin}/v3/OS-FEDERATION/identity_providers/ocx/protocols/${id}/auth`;
    const json = { service_provider: { auth_url, sp_url, enabled: true } };
    await exchange.operator.session.call({ method: 'PUT', url: provider(id), json });
  };

  beforeAll(async () => {
    exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    member = await exchange.newTenant('traveller');
    other = await OtherCloud.open(
      (spUrl) =>
        new SAML({
          callbackUrl: spUrl,
          entryPoint: 'http://unused.test/',
          issuer: spUrl,
          audience: spUrl,
          idpIssuer: metadataUrl(),
          idpCert: certificates,
          wantAssertionsSigned: true,
          wantAuthnResponseSigned: true,
          validateInResponseTo: ValidateInResponseTo.never,
        }),
    );
    await register('elsewhere', other.spUrl);
    const metadata = (await send({ url: metadataUrl() })).text;
    const [role = ''] = /<IDPSSODescriptor.*<\/IDPSSODescriptor>/s.exec(metadata) ?? [];
    certificates = [...role.matchAll(/X509Certificate>([^<]+)</g)].map(([, base64 = '']) => base64);
  });
  afterAll(async () => {
    for (const id of ['elsewhere', 'third']) {
      await exchange.operator.session.call({ method: 'DELETE', url: provider(id) });
    }
    other.close();
  });

  it('logs somebody in there with their password here', async () => {
    const client = new StockClient(member.passwordOpenrc, { OTHER_CLOUD: 'elsewhere' });
    const { token } = JSON.parse(await client.run('/usr/bin/python3', '-c', LOGIN)) as { token: string };
    expect([token, other.people]).toEqual(['token-of-another-cloud', [member.userName]]);
  });

  it('and nobody with what was said to a third one', async () => {
    await register('third', `${other.base}/third`);
    const client = new StockClient(member.passwordOpenrc, { OTHER_CLOUD: 'third' });
    await expect(client.run('/usr/bin/python3', '-c', LOGIN)).rejects.toThrow(/Unauthorized|HTTP 401/);
    expect(other.people).toHaveLength(1);
  });
});
