import { beforeAll, describe, expect, inject, it } from 'vitest';
import { ExchangeUnderTest } from '../test-exchange.js';
import { StockClient } from './stock-client.js';

const SDK = `
import json, openstack
c = openstack.connect()
image = c.image.find_image('demonstration')
server = c.compute.create_server(name='sdk', image_id=image.id, flavor_id=c.compute.find_flavor('m1.tiny').id, networks='auto')
server = c.compute.wait_for_server(server, wait=60)
volume = c.block_storage.create_volume(size=1, name='sdk')
c.block_storage.wait_for_status(volume, 'available', wait=60)
c.object_store.create_container('sdk')
c.object_store.upload_object('sdk', 'o', data='hello')
found = {
    'status': server.status,
    'servers': [s.name for s in c.compute.servers()],
    'volumes': [v.name for v in c.block_storage.volumes()],
    'containers': [x.name for x in c.object_store.containers()],
    'object': c.object_store.download_object('o', container='sdk').decode(),
    'microversion': c.compute.get('/servers', microversion='2.79').headers['OpenStack-API-Version'],
}
c.object_store.delete_object('o', container='sdk')
c.object_store.delete_container('sdk')
c.block_storage.delete_volume(volume)
c.compute.delete_server(server)
c.compute.wait_for_delete(server, wait=60)
found['left'] = [s.name for s in c.compute.servers()]
print(json.dumps(found))
`;

describe('openstacksdk', () => {
  it.each(['application credential', 'password'])('does the main job with %s', async (kind) => {
    const exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    const member = await exchange.newTenant('sdk');
    const openrc = kind === 'password' ? member.passwordOpenrc : await member.applicationCredentialOpenrc();
    const printed = await new StockClient(openrc).run('/usr/bin/python3', '-c', SDK);
    expect(JSON.parse(printed)).toEqual({
      status: 'ACTIVE',
      servers: ['sdk'],
      volumes: ['sdk'],
      containers: ['sdk'],
      object: 'hello',
      microversion: 'compute 2.79',
      left: [],
    });
  });
});

describe('the old nova, cinder and glance commands, with a password user', () => {
  let client: StockClient;
  beforeAll(async () => {
    const exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    client = new StockClient((await exchange.newTenant('legacy')).passwordOpenrc);
  });

  it('list and show', async () => {
    expect(await client.run('glance', 'image-list')).toContain('demonstration');
    expect(await client.run('nova', 'flavor-list')).toContain('m1.tiny');
    expect(await client.run('nova', '--os-compute-api-version', '2.1', 'list')).toContain('Name');
    expect(await client.run('cinder', 'type-list')).toContain('standard');
    expect(await client.run('cinder', 'list')).toContain('ID');
  });

  it('boot, poll and delete a server; create and delete a volume', async () => {
    await client.run(
      'nova',
      'boot',
      '--poll',
      '--flavor',
      'm1.tiny',
      '--image',
      'demonstration',
      '--nic',
      'auto',
      'old',
    );
    expect(await client.run('nova', 'list')).toContain('old');
    expect(await client.run('nova', 'show', 'old')).toContain('ACTIVE');
    await client.run('nova', 'delete', 'old');
    await client.run('cinder', 'create', '--name', 'old', '1');
    await expect.poll(() => client.run('cinder', 'show', 'old'), { timeout: 60_000 }).toContain('available');
    await client.run('cinder', 'delete', 'old');
  });
});
