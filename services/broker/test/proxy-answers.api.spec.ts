import { FLAVORS, VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudOfDoubles } from './proxy-exchange.js';

const REGION = '/regions/exchange';
const COMPUTE = `${REGION}/compute/v2.1`;
const IMAGE = `${REGION}/image/v2`;
const OTHER = { id: 'b'.repeat(32), name: 'other' };
const FLAVOR = FLAVORS[0]?.id ?? '';
const TYPE = VOLUME_TYPES[0]?.id ?? '';

let cloud: CloudOfDoubles;
let token: string;
let operator: string;
let server: string;

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
  operator = await cloud.exchange.operator();
  const made = await call('POST', `${COMPUTE}/servers`, {
    server: { name: 's1', imageRef: await cloud.image(operator), flavorRef: 'm1.tiny', availability_zone: 'harvard' },
  });
  server = String(made.body['server'].id);
});
afterAll(() => cloud.exchange.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, by = token) =>
  cloud.exchange.call(method, path, { token: by, body, headers: { accept: 'application/json', ...headers } });
const status = async (method: string, path: string, body?: unknown, by = token) =>
  (await call(method, path, body, {}, by)).status;

async function get(path: string, by = token, headers: Record<string, string> = {}) {
  const answer = await call('GET', path, undefined, headers, by);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body;
}

// What is answered is held to the OpenAPI document besides.
describe('the broker’s own answers', () => {
  it.each(['compute', 'compute/', 'compute/v2.1', 'compute/v2.1/', 'image/versions', 'network', 'network/'])(
    'at %s say which versions there are',
    async (path) => {
      expect(Object.keys(await get(`${REGION}/${path}`))).toEqual([expect.stringMatching(/^versions?$/)]);
    },
  );

  it.each(['network/v2.0', 'network/v2.0/', 'placement', 'placement/', 'volume/v3', 'volume/v3/'])(
    'at %s say what is below',
    async (path) => {
      expect(Object.keys(await get(`${REGION}/${path}`))).toHaveLength(1);
    },
  );

  it.each(['image', 'image/', 'volume', 'volume/'])('at %s are a choice', async (path) => {
    expect(await status('GET', `${REGION}/${path}`)).toBe(300);
  });

  it('of Nova tell zones, services, flavors, quotas and use, by microversion', async () => {
    for (const version of ['2.1', '2.11', '2.36', '2.53', '2.57', '2.61', '2.75']) {
      const headers = { 'openstack-api-version': `compute ${version}` };
      expect(await get(`${COMPUTE}/os-services`, operator, headers)).toMatchObject({
        services: [{ host: 'harvard' }, { host: 'mit' }],
      });
      expect(await get(`${COMPUTE}/os-hypervisors`, operator, headers)).toMatchObject({
        hypervisors: [{ hypervisor_hostname: 'harvard' }, { hypervisor_hostname: 'mit' }],
      });
      expect(await get(`${COMPUTE}/flavors/${FLAVOR}`, token, headers)).toMatchObject({ flavor: { id: FLAVOR } });
      expect((await get(`${COMPUTE}/flavors/detail`, token, headers))['flavors']).toHaveLength(FLAVORS.length);
      const quotas = `${COMPUTE}/os-quota-sets/${TEST_PROJECT.id}`;
      expect(await get(`${quotas}/detail`, token, headers)).toMatchObject({ quota_set: { instances: { in_use: 1 } } });
      for (const path of [quotas, `${quotas}/defaults`]) {
        expect(await get(path, token, headers)).toMatchObject({ quota_set: { id: TEST_PROJECT.id } });
      }
    }
    expect(await get(`${COMPUTE}/os-availability-zone`)).toMatchObject({ availabilityZoneInfo: [{ hosts: null }, {}] });
    expect(await get(`${COMPUTE}/os-availability-zone/detail`, operator)).toMatchObject({
      availabilityZoneInfo: [{ hosts: {} }, {}],
    });
    const [extension] = (await get(`${COMPUTE}/extensions`))['extensions'] as { alias: string }[];
    expect(await get(`${COMPUTE}/extensions/${extension?.alias ?? ''}`)).toEqual({ extension });
    const specs = (await get(`${COMPUTE}/flavors/m1.tiny/os-extra_specs`))['extra_specs'] as Record<string, string>;
    const [[key, value] = ['', '']] = Object.entries(specs);
    expect(await get(`${COMPUTE}/flavors/m1.tiny/os-extra_specs/${key}`)).toEqual({ [key]: value });
    const usage = `${COMPUTE}/os-simple-tenant-usage`;
    expect(await get(`${usage}/${TEST_PROJECT.id}`)).toMatchObject({
      tenant_usage: { server_usages: [{ instance_id: server }] },
    });
    expect((await get(usage, operator))['tenant_usages'][0]).not.toHaveProperty('server_usages');
    expect((await get(`${usage}?detailed=1`, operator))['tenant_usages'][0].server_usages).toHaveLength(1);
  });

  it('of Neutron are one network for each landlord that is used', async () => {
    const network = `${REGION}/network/v2.0`;
    const [one] = (await get(`${network}/networks`))['networks'] as { id: string }[];
    expect(await get(`${network}/networks/${one?.id ?? ''}`)).toEqual({ network: one });
    expect((await get(`${network}/networks?name=none`))['networks']).toEqual([]);
    const [group] = (await get(`${network}/security-groups`))['security_groups'] as { id: string }[];
    expect(await get(`${network}/security-groups/${group?.id ?? ''}`)).toEqual({ security_group: group });
    const quotas = `${network}/quotas/${TEST_PROJECT.id}`;
    for (const path of [quotas, `${quotas}/default`]) {
      expect(await get(path)).toMatchObject({ quota: { network: -1, router: 0, security_group: 1 } });
    }
    expect(await get(`${quotas}/details`)).toMatchObject({ quota: { network: { limit: -1, used: 1, reserved: 0 } } });
    for (const path of ['', '/default', '/details']) {
      const answer = await cloud.exchange.call('GET', `${network}/quotas/${'e'.repeat(32)}${path}`, { token });
      expect([answer.status, answer.body['NeutronError'].type]).toEqual([403, 'PolicyNotAuthorized']);
    }
    expect((await get(`${network}/availability_zones`))['availability_zones']).toHaveLength(2);
    for (const none of ['extensions', 'subnets', 'ports', 'routers', 'floatingips']) {
      expect(await get(`${network}/${none}`)).toEqual({ [none]: [] });
    }
  });

  it('of Placement are the compute landlords', async () => {
    const placement = `${REGION}/placement`;
    const [provider] = (await get(`${placement}/resource_providers`, operator))['resource_providers'] as {
      uuid: string;
    }[];
    const at = `${placement}/resource_providers/${provider?.uuid ?? ''}`;
    expect(await get(at, operator)).toEqual(provider);
    const { traits } = await get(`${at}/traits`, operator);
    expect((await get(`${placement}/traits`, operator))['traits']).toEqual(traits);
  });
});

describe('a server', () => {
  it('is changed, and so is what lies below it', async () => {
    const at = `${COMPUTE}/servers/${server}`;
    const renamed = await call('PUT', at, { server: { name: 's2' } });
    expect([renamed.status, renamed.body]).toMatchObject([200, { server: { name: 's2' } }]);
    expect(await get(`${at}/metadata`)).toEqual({ metadata: { a: 'b' } });
    expect((await call('POST', `${at}/metadata`, { metadata: { c: 'd' } })).body).toEqual({ metadata: { c: 'd' } });
    expect((await call('PUT', `${at}/metadata`, { metadata: { c: 'd' } })).body).toEqual({ metadata: { c: 'd' } });
    expect((await call('PUT', `${at}/metadata/c`, { meta: { c: 'd' } })).body).toEqual({ meta: { c: 'd' } });
    expect(await get(`${at}/metadata/a`)).toEqual({ meta: { a: 'b' } });
    expect(await status('DELETE', `${at}/metadata/a`)).toBe(204);
    const addresses = await get(`${at}/ips`);
    expect(await get(`${at}/ips/net`)).toEqual(addresses['addresses']);
    expect(await get(`${at}/tags`)).toEqual({ tags: ['t'] });
    expect((await call('PUT', `${at}/tags`, { tags: ['t', 'u'] })).body).toEqual({ tags: ['t', 'u'] });
    expect([await status('GET', `${at}/tags/t`), await status('PUT', `${at}/tags/u`)]).toEqual([204, 201]);
    expect([await status('DELETE', `${at}/tags/u`), await status('DELETE', `${at}/tags`)]).toEqual([204, 204]);
    expect(await status('GET', `${at}/diagnostics`)).toBe(404);
  });

  it('is unknown while its landlord is silent, in the form of each microversion', async () => {
    cloud.harvard.behave = (_request, response) => {
      response.destroy();
      return true;
    };
    for (const version of ['2.1', '2.68', '2.69', '2.71', '2.90']) {
      const headers = { 'openstack-api-version': `compute ${version}` };
      for (const path of ['servers', 'servers/detail']) {
        const { servers } = await get(`${COMPUTE}/${path}`, token, headers);
        expect(servers).toMatchObject([{ id: server }]);
      }
      expect((await call('GET', `${COMPUTE}/servers/${server}`, undefined, headers)).status).toBe(
        Number(version.slice(2)) >= 69 ? 200 : 503,
      );
    }
    cloud.harvard.behave = () => false;
    // The broker leaves a landlord that failed alone for a while.
    await expect.poll(() => status('GET', `${COMPUTE}/servers/${server}`), { timeout: 20_000 }).toBe(200);
  });

  it('lists key pairs of its user, and deletes them in the manner of the microversion', async () => {
    const keypairs = `${COMPUTE}/os-keypairs`;
    for (const [version, deleted] of [
      ['2.1', 202],
      ['2.2', 204],
    ] as const) {
      const headers = { 'openstack-api-version': `compute ${version}` };
      await call('POST', keypairs, { keypair: { name: 'k' } }, headers);
      expect(await get(keypairs, token, headers)).toMatchObject({ keypairs: [{ keypair: { name: 'k' } }] });
      expect((await call('DELETE', `${keypairs}/k`, undefined, headers)).status).toBe(deleted);
    }
  });
});

describe('an image', () => {
  it('is described before it is written', async () => {
    for (const name of ['image', 'images', 'member', 'members']) {
      expect(await get(`${IMAGE}/schemas/${name}`)).toMatchObject({ name });
    }
    expect(await get(`${IMAGE}/info/import`)).toHaveProperty('import-methods');
  });

  it('is patched, tagged, shared, taken out of use and deleted', async () => {
    const body = { name: 'app', visibility: 'shared', container_format: 'docker', disk_format: 'raw' };
    const made = await call('POST', `${IMAGE}/images`, body);
    const at = `${IMAGE}/images/${String(made.body['id'])}`;
    const type = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
    const patched = await call('PATCH', at, [{ op: 'replace', path: '/name', value: 'app 2' }], type);
    expect([patched.status, patched.body['name']]).toEqual([200, 'app 2']);
    expect([await status('PUT', `${at}/tags/a`), await status('DELETE', `${at}/tags/a`)]).toEqual([204, 204]);

    const member = { member_id: OTHER.id, status: 'pending' };
    expect((await call('POST', `${at}/members`, { member: OTHER.id })).body).toMatchObject(member);
    expect(await status('POST', `${at}/members`, { member: OTHER.id })).toBe(409);
    expect(await get(`${at}/members`)).toMatchObject({ members: [member] });
    const other = await cloud.exchange.token({ project: OTHER });
    const accepted = await call('PUT', `${at}/members/${OTHER.id}`, { status: 'accepted' }, {}, other);
    expect(accepted.body).toMatchObject({ status: 'accepted' });
    expect(await get(`${at}/members/${OTHER.id}`, other)).toMatchObject({ status: 'accepted' });
    expect(await status('DELETE', `${at}/members/${OTHER.id}`)).toBe(204);

    await fetch(`${cloud.exchange.url}${at}/file`, {
      method: 'PUT',
      headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream' },
      body: 'layers',
    });
    for (const action of ['deactivate', 'reactivate']) {
      expect(await status('POST', `${at}/actions/${action}`, undefined, operator)).toBe(204);
    }
    expect([await status('DELETE', at), await status('GET', at)]).toEqual([204, 404]);
  });
});

// Cinder's paths have the project's id in them, and from 3.67 on need not.
describe.each(['volume/v3', `volume/v3/${TEST_PROJECT.id}`])('everything of Cinder below %s', (base) => {
  let id: string;

  beforeAll(async () => {
    const made = await call('POST', `${REGION}/${base}/volumes`, { volume: { size: 1, name: base } });
    expect(made.status).toBe(202);
    id = String(made.body['volume'].id);
  });

  const below = (path: string) => `${REGION}/${base}${path}`;

  it('volumes are listed, summed up and changed', async () => {
    const headers = { 'openstack-api-version': 'volume 3.70' };
    for (const path of ['/volumes?with_count=true', '/volumes/detail?limit=1000']) {
      const { volumes } = await get(below(path), token, headers);
      expect(volumes).toContainEqual(expect.objectContaining({ id }));
    }
    expect(await get(below('/volumes?limit=1'))).toMatchObject({ volumes: [{}] });
    expect(await get(below('/volumes/summary'), token, headers)).toHaveProperty('volume-summary.total_count');
    const renamed = await call('PUT', below(`/volumes/${id}`), { volume: { name: 'two' } });
    expect(renamed.body).toMatchObject({ volume: { name: 'two' } });
    const action = { 'os-set_bootable': { bootable: true } };
    expect(await status('POST', below(`/volumes/${id}/action`), action)).toBe(202);
    expect(await get(below(`/volumes/${id}`))).toMatchObject({ volume: { id, name: 'two' } });
  });

  it('metadata is kept item by item', async () => {
    const at = below(`/volumes/${id}/metadata`);
    expect(await get(at)).toEqual({ metadata: { a: 'b' } });
    expect((await call('POST', at, { metadata: { c: 'd' } })).body).toEqual({ metadata: { c: 'd' } });
    expect((await call('PUT', at, { metadata: { c: 'd' } })).body).toEqual({ metadata: { c: 'd' } });
    expect((await call('PUT', `${at}/c`, { meta: { c: 'd' } })).body).toEqual({ meta: { c: 'd' } });
    expect(await get(`${at}/c`)).toEqual({ meta: { c: 'b' } });
    expect(await status('DELETE', `${at}/c`)).toBe(200);
  });

  it('types, limits, quotas, zones and what there is none of are told', async () => {
    expect(await get(below('/types'))).toMatchObject({ volume_types: [{ id: TYPE }] });
    expect(await get(below(`/types/${TYPE}`))).toMatchObject({ volume_type: { id: TYPE } });
    expect(await get(below(`/types/${TYPE}/extra_specs`))).toHaveProperty('extra_specs');
    expect(await get(below('/limits'))).toHaveProperty('limits.absolute.totalVolumesUsed');
    const quotas = below(`/os-quota-sets/${TEST_PROJECT.id}`);
    expect(await get(`${quotas}/defaults`)).toMatchObject({ quota_set: { snapshots: 0 } });
    expect(await get(quotas)).toMatchObject({ quota_set: { snapshots: 0 } });
    expect(await get(`${quotas}?usage=true`)).toMatchObject({ quota_set: { snapshots: { limit: 0 } } });
    expect((await get(below('/os-availability-zone')))['availabilityZoneInfo']).toHaveLength(2);
    expect(await get(below('/snapshots'))).toEqual({ snapshots: [] });
    expect(await get(below('/snapshots/detail'))).toEqual({ snapshots: [] });
    expect(await get(below('/extensions'))).toEqual({ extensions: [] });
  });

  it('an attachment is shown until it is gone', async () => {
    const attachments = `${COMPUTE}/servers/${server}/os-volume_attachments`;
    const made = await call('POST', attachments, { volumeAttachment: { volumeId: id } });
    expect(made.status).toBe(200);
    for (const version of ['2.1', '2.70', '2.79', '2.89']) {
      const headers = { 'openstack-api-version': `compute ${version}` };
      expect(await get(attachments, token, headers)).toMatchObject({ volumeAttachments: [{ volumeId: id }] });
      expect(await get(`${attachments}/${id}`, token, headers)).toMatchObject({ volumeAttachment: { volumeId: id } });
    }
    const [shown] = (await get(below('/attachments/detail')))['attachments'] as { id: string }[];
    expect(await get(below(`/attachments/${shown?.id ?? ''}`))).toEqual({ attachment: shown });
    expect(await get(below('/attachments'))).toMatchObject({ attachments: [{ volume_id: id }] });
    expect(await status('DELETE', `${attachments}/${id}`)).toBe(202);
    await expect.poll(() => status('DELETE', below(`/volumes/${id}`)), { timeout: 20_000 }).toBe(202);
  });
});

describe('an object', () => {
  const ACCOUNT = `AUTH_${TEST_PROJECT.id}`;
  const send = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    cloud.objects(method, `${ACCOUNT}/${path}`, token, { headers, ...(body === undefined ? {} : { body }) });

  it('is described, copied and listed with its container', async () => {
    expect((await send('PUT', 'c')).status).toBe(201);
    expect((await send('PUT', 'c/a', {}, 'hello')).status).toBe(201);
    expect((await send('POST', 'c/a', { 'x-object-meta-run': '7' })).status).toBe(202);
    expect((await send('POST', 'c', { 'x-container-meta-run': '7' })).status).toBe(204);
    expect((await send('COPY', 'c/a', { destination: 'c/b' })).status).toBe(201);
    const listed = await send('GET', 'c?format=json');
    expect([listed.status, await listed.json()]).toMatchObject([200, [{ name: 'a' }, { name: 'b' }]]);
  });
});
