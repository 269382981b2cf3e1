import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Exchange } from '@ocx/local-exchange/exchange';
import { LANDLORDS } from '@ocx/local-exchange/layout';
import { openrcText } from '@ocx/local-exchange/openrc';
import { removeExchange } from '@ocx/local-exchange/removal';
import type { Tls } from '@ocx/local-exchange/supervisor/service-process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { StockClient } from '../conformance/stock-client.js';
import { ExchangeUnderTest, type TestTenant, TLS_NETWORK_POOLS, TLS_PORTS } from '../test-exchange.js';
import { Books } from './books.js';
import { privateAuthority } from './private-authority.js';

/** Enough for an hour of harvard's server, and not of mit's. */
const SMALL_PURSE = '25000';

/** Rejects unless the certificate is one that this authority signed; without one, the system's decide. */
function handshake(url: string, ca?: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ...(ca === undefined ? {} : { ca }) }, () => {
      resolve(socket.getProtocol() ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** An exchange of its own, with a certificate of a private authority on every service, and little money in new purses. */
describe('an exchange over HTTPS', () => {
  let directory: string;
  let tls: Tls;
  let exchange: Exchange | undefined;
  let seen: ExchangeUnderTest;
  let member: TestTenant;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ocx-tls-'));
    await mkdir(join(directory, 'authority'));
    tls = await privateAuthority(join(directory, 'authority'));
    exchange = await Exchange.start({
      directory: join(directory, 'state'),
      ports: TLS_PORTS,
      networkPools: TLS_NETWORK_POOLS,
      tls,
      overrides: { broker: { OCX_STARTING_CREDITS: SMALL_PURSE } },
    });
    seen = await ExchangeUnderTest.open(join(directory, 'state'));
    member = await seen.newTenant('secure');
  });
  afterAll(async () => {
    await exchange?.stop();
    await removeExchange(join(directory, 'state'));
    await rm(directory, { recursive: true, force: true });
  });

  it('speaks HTTPS everywhere, landlords included, and only whoever knows the authority believes it', async () => {
    const { identity, broker, objects, landlords } = seen.urls;
    const ca = await readFile(tls.authority, 'utf8');
    for (const url of [identity, broker, objects, ...LANDLORDS.map((name) => landlords[name])]) {
      expect(url).toMatch(/^https:/);
      expect(await handshake(url, ca)).toMatch(/^TLSv1\.[23]$/);
      await expect(handshake(url)).rejects.toThrow(/certificate|self-signed|issuer/i);
      await expect(fetch(url.replace('https:', 'http:'))).rejects.toThrow();
    }
  });

  it('names nothing but HTTPS in the catalog, in links and at enrolment', async () => {
    const { info } = member.session;
    const urls = info.catalog.flatMap(({ endpoints }) => endpoints.map(({ url }) => url));
    expect(urls.filter((url) => !url.startsWith('https://'))).toEqual([]);
    const versions = await member.session.call({ url: `${member.session.endpoint('compute', 'exchange')}/` });
    expect(versions.body.toString()).not.toContain('http://');
    const Landlords = z.object({ landlords: z.array(z.object({ name: z.string(), reachable: z.boolean() })) });
    const { landlords } = await member.session.get(Landlords, `${seen.urls.broker}/exchange/v1/landlords`);
    expect(
      landlords
        .filter(({ reachable }) => reachable)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...LANDLORDS].sort());
  });

  it('works for stock clients with the openrc as it is', async () => {
    const openrc = await member.applicationCredentialOpenrc();
    for (const name of ['OS_CACERT', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE']) {
      expect(openrcText(openrc)).toContain(`export ${name}='${tls.authority}'`);
    }
    const remote = { RCLONE_CONFIG_OCX_TYPE: 'swift', RCLONE_CONFIG_OCX_ENV_AUTH: 'true' };
    const client = new StockClient(openrc, remote);
    expect((await client.json<{ project_id: string }>('token', 'issue')).project_id).toBe(member.session.projectId);
    expect(await client.json<unknown>('server', 'list')).toEqual([]);
    await client.openstack('container', 'create', 'over-https');
    expect(await client.run('swift', 'stat')).toMatch(/Containers: 1\b/);
    expect(await client.run('rclone', 'lsd', 'ocx:')).toContain('over-https');
    const without = Object.entries(openrc).filter(([, value]) => value !== tls.authority);
    const stranger = new StockClient(Object.fromEntries(without));
    await expect(stranger.openstack('token', 'issue')).rejects.toThrow(/SSL|certificate/i);
  });

  it('rents over HTTPS what the purse reaches for, and refuses the rest with the reason', async () => {
    const nova = member.session.endpoint('compute', 'exchange');
    const image = await member.tenant.imageNamed('demonstration');
    const books = new Books(member.session, seen.urls);
    const order = (name: string) => {
      const server = { name, imageRef: image, flavorRef: 'm1.tiny', networks: 'auto' };
      const headers = { 'openstack-api-version': 'compute 2.79' };
      return member.session.call({ method: 'POST', url: `${nova}/servers`, headers, json: { server } });
    };
    await order('affordable');
    await expect(order('too-dear')).rejects.toThrow(/answered 403: .*\(no_funds\)/);
    await expect(member.tenant.createVolume('too-big', 40, 'granite')).rejects.toThrow(/answered 403: .*\(no_funds\)/);
    expect((await member.tenant.servers()).map(({ name }) => name)).toEqual(['affordable']);
    expect(await member.tenant.volumes()).toEqual([]);
    const servers = (await books.leases()).filter(({ resource }) => resource.type === 'server');
    expect(servers.filter(({ state }) => ['claimed', 'active'].includes(state))).toHaveLength(1);
    const grants = `${seen.urls.broker}/exchange/v1/accounts/${member.session.projectId}/grants`;
    const headers = { 'idempotency-key': 'pocket-money' };
    await seen.operator.session.call({ method: 'POST', url: grants, headers, json: { amount: '1000000' } });
    await order('affordable-now');
    for (const { id } of await member.tenant.servers()) await member.tenant.deleteServer(id);
    await expect
      .poll(
        async () =>
          (await books.leases()).filter(
            ({ state, resource }) => resource.type === 'server' && state !== 'settled' && state !== 'failed',
          ),
        { timeout: 30_000 },
      )
      .toEqual([]);
    await books.expectBalanced();
  });
});
