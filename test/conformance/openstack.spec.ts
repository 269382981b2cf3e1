import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecureShell } from '@ocx/local-exchange/tour/secure-shell';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { send } from '../e2e/raw-http.js';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';
import { ClientFailed, StockClient } from './stock-client.js';

interface Row {
  Name: string;
  ID: string;
  Status: string;
}

describe('the stock openstack client, with an application credential', () => {
  let exchange: ExchangeUnderTest;
  let member: TestTenant;
  let client: StockClient;
  let directory: string;
  let shell: SecureShell;

  beforeAll(async () => {
    exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    member = await exchange.newTenant('openstack');
    client = new StockClient(await member.applicationCredentialOpenrc());
    directory = await mkdtemp(join(tmpdir(), 'ocx-openstack-'));
    shell = await SecureShell.create(directory);
    await writeFile(join(directory, 'key.pub'), shell.publicKey);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('logs in and finds every service in every region', async () => {
    const token = await client.json<{ project_id: string }>('token', 'issue');
    expect(token.project_id).toBe(member.session.projectId);
    const catalog = await client.json<{ Type: string; Endpoints: { region_id: string; interface: string }[] }[]>(
      'catalog',
      'list',
    );
    const types = catalog.map((entry) => entry.Type);
    expect(types).toEqual(
      expect.arrayContaining(['identity', 'compute', 'volumev3', 'image', 'object-store', 'network', 'placement']),
    );
    const regions = new Set(catalog.find(({ Type }) => Type === 'compute')?.Endpoints.map((at) => at.region_id));
    expect([...regions].sort()).toEqual(['bluestone', 'exchange', 'granite', 'harvard', 'mit']);
    expect(await client.openstack('versions', 'show')).toContain('compute');
  });

  it('is held to its access rules, those for the market too', async () => {
    const rules = [
      { service: 'compute', method: 'GET', path: '/v2.1/flavors/**' },
      { service: 'exchange', method: 'GET', path: '/v1/leases' },
    ];
    const bound = new StockClient(await member.applicationCredentialOpenrc(rules));
    const { id: token } = await bound.json<{ id: string }>('token', 'issue');
    const market = `${exchange.urls.broker}/exchange/v1`;
    const get = (path: string) => send({ url: `${market}${path}`, headers: { 'x-auth-token': token } });
    expect((await get('/leases')).status).toBe(200);
    for (const path of ['/orders', '/leases/00000000-0000-4000-8000-000000000000']) {
      expect((await get(path)).status).toBe(403);
    }
    expect((await bound.json<Row[]>('flavor', 'list')).map((row) => row.Name)).toContain('m1.tiny');
    await expect(bound.openstack('server', 'list')).rejects.toThrow(/403/);
  });

  it('sees products, landlords and the demonstration image', async () => {
    expect((await client.json<Row[]>('flavor', 'list')).map((row) => row.Name)).toContain('m1.tiny');
    const zones = await client.json<{ 'Zone Name': string }[]>('availability', 'zone', 'list', '--compute');
    expect(zones.map((zone) => zone['Zone Name'])).toEqual(expect.arrayContaining(['harvard', 'mit']));
    expect((await client.json<Row[]>('image', 'list')).map((row) => row.Name)).toContain('demonstration');
    const image = await client.json<{ status: string }>('image', 'show', 'demonstration');
    expect(image.status).toBe('active');
    expect((await client.json<Row[]>('volume', 'type', 'list')).map((row) => row.Name)).toContain('standard');
  });

  it('rents a server, uses it over SSH with a volume, and gives everything back', async () => {
    await client.openstack('keypair', 'create', '--public-key', join(directory, 'key.pub'), 'laptop');
    expect(await client.openstack('keypair', 'list')).toContain('laptop');
    const created = await client.json<{ id: string; status: string; addresses: Record<string, string[]> }>(
      ...[
        'server',
        'create',
        '--image',
        'demonstration',
        '--flavor',
        'm1.tiny',
        '--key-name',
        'laptop',
        '--wait',
        's1',
      ],
    );
    expect(created.status).toBe('ACTIVE');
    const address = Object.values(created.addresses).flat()[0]!;
    expect(await shell.run(address, 'echo $((6 * 7))')).toBe('42');
    expect((await client.json<Row[]>('server', 'list', '--long')).map((row) => row.Name)).toContain('s1');
    expect(await client.openstack('console', 'log', 'show', 's1')).not.toBe('');

    await client.openstack('volume', 'create', '--size', '1', 'v1');
    await expect
      .poll(async () => (await client.json('volume', 'show', 'v1'))['status'], { timeout: 60_000 })
      .toBe('available');
    await client.openstack('server', 'add', 'volume', 's1', 'v1');
    await expect
      .poll(async () => (await client.json('volume', 'show', 'v1'))['status'], { timeout: 60_000 })
      .toBe('in-use');
    expect(await shell.run(address, 'echo kept > /volumes/vdb/note && cat /volumes/vdb/note')).toBe('kept');
    await client.openstack('server', 'remove', 'volume', 's1', 'v1');
    await expect
      .poll(async () => (await client.json('volume', 'show', 'v1'))['status'], { timeout: 60_000 })
      .toBe('available');

    await client.openstack('volume', 'set', '--size', '2', 'v1');
    expect(await client.json('volume', 'show', 'v1')).toMatchObject({ size: 2, status: 'available' });
    await client.openstack('server', 'add', 'volume', 's1', 'v1');
    await expect
      .poll(async () => (await client.json('volume', 'show', 'v1'))['status'], { timeout: 60_000 })
      .toBe('in-use');
    expect(await shell.run(address, 'cat /volumes/vdb/note')).toBe('kept');
    expect(Number(await shell.run(address, "df -m /volumes/vdb | awk 'END { print $2 }'"))).toBeGreaterThan(1800);
    await expect(client.openstack('volume', 'set', '--size', '3', 'v1')).rejects.toThrow(ClientFailed);
    await client.openstack('server', 'remove', 'volume', 's1', 'v1');
    await expect
      .poll(async () => (await client.json('volume', 'show', 'v1'))['status'], { timeout: 60_000 })
      .toBe('available');

    await client.openstack('server', 'reboot', '--wait', 's1');
    await client.openstack('server', 'stop', 's1');
    await expect
      .poll(async () => (await client.json('server', 'show', 's1'))['status'], { timeout: 60_000 })
      .toBe('SHUTOFF');
    await client.openstack('server', 'start', 's1');
    await expect
      .poll(async () => (await client.json('server', 'show', 's1'))['status'], { timeout: 60_000 })
      .toBe('ACTIVE');
    await client.openstack('server', 'set', '--property', 'purpose=test', 's1');
    expect(await client.openstack('server', 'show', 's1')).toContain('purpose');

    await client.openstack('server', 'delete', '--wait', 's1');
    await client.openstack('volume', 'delete', 'v1');
    await client.openstack('keypair', 'delete', 'laptop');
    expect(await client.json<Row[]>('server', 'list')).toEqual([]);
    await expect.poll(() => client.json<Row[]>('volume', 'list'), { timeout: 30_000 }).toEqual([]);
  });

  it('chooses a landlord by region and by availability zone', async () => {
    const order = ['server', 'create', '--image', 'demonstration', '--flavor', 'm1.tiny', '--wait'];
    await client.openstack('--os-region-name', 'harvard', ...order, 'at-harvard');
    await client.openstack(...order, '--availability-zone', 'mit', 'at-mit');
    const combined = await client.json<Row[]>('server', 'list');
    expect(combined.map((row) => row.Name).sort()).toEqual(['at-harvard', 'at-mit']);
    const harvard = await client.json<Row[]>('--os-region-name', 'harvard', 'server', 'list');
    expect(harvard.map((row) => row.Name)).toEqual(['at-harvard']);
    const shown = await client.json('server', 'show', 'at-mit');
    expect(shown['OS-EXT-AZ:availability_zone']).toBe('mit');
    await client.openstack('server', 'delete', '--wait', 'at-harvard', 'at-mit');
  });

  it('stores objects and reads them back', async () => {
    const file = join(directory, 'f.txt');
    await writeFile(file, 'hello');
    await client.openstack('container', 'create', 'c1');
    await client.openstack('object', 'create', '--name', 'f.txt', 'c1', file);
    expect((await client.json<Row[]>('object', 'list', 'c1')).map((row) => row.Name)).toEqual(['f.txt']);
    await client.openstack('object', 'save', '--file', join(directory, 'back.txt'), 'c1', 'f.txt');
    expect(await readFile(join(directory, 'back.txt'), 'utf8')).toBe('hello');
    expect((await client.json<Row[]>('container', 'list')).map((row) => row.Name)).toContain('c1');
    await client.openstack('object', 'delete', 'c1', 'f.txt');
    await client.openstack('container', 'delete', 'c1');
  });

  it('is told in Nova’s words what it did wrong', async () => {
    await expect(client.openstack('server', 'show', 'no-such-server')).rejects.toThrow(/No server with a name or ID/i);
    const unknown = client.openstack('server', 'create', '--image', 'demonstration', '--flavor', 'm9.huge', 'x');
    await expect(unknown).rejects.toThrow(ClientFailed);
    const host = client.openstack(
      ...[
        'server',
        'create',
        '--image',
        'demonstration',
        '--flavor',
        'm1.tiny',
        '--availability-zone',
        'mit:host1',
        'x',
      ],
    );
    await expect(host).rejects.toThrow(/HTTP 400/);
  });
});
