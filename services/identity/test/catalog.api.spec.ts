import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerParty } from './broker-party.js';
import { IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let broker: BrokerParty;
let tenant: { projectId: string; token: string };

beforeAll(async () => {
  identity = await IdentityProcess.start();
  broker = await BrokerParty.enrol(identity);
  tenant = await identity.member('tenant');
});
afterAll(() => identity.stop());

interface CatalogService {
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly { readonly region: string; readonly url: string }[];
}

const region = (name: string) => ({
  description: name,
  endpoints: [
    { type: 'volumev3', name: 'cinderv3', url: `http://broker.test/regions/${name}/volume/v3/%(project_id)s` },
    { type: 'object-store', name: 'swift', url: `http://broker.test/regions/${name}/AUTH_%(project_id)s` },
    { type: 'compute', name: 'nova', url: `http://broker.test/regions/${name}/compute/v2.1` },
    { type: 'identity', name: 'identity', url: 'http://evil.test/v3' },
  ],
});

const register = async (name: string) => (await broker.call('PUT', `/v3/OS-OCX/regions/${name}`, region(name))).status;

const catalog = async (): Promise<CatalogService[]> =>
  (await identity.call('GET', '/v3/auth/catalog', { token: tenant.token })).body.catalog as CatalogService[];

describe('a registered region', () => {
  it('lists what the broker says, and identity’s own endpoint', async () => {
    expect(await register('harvard')).toBe(204);
    const first = await catalog();
    expect(await register('harvard')).toBe(204);
    const services = await catalog();
    // Ids too: projects are given endpoints by them.
    expect(services).toEqual(first);
    const text = JSON.stringify(services);
    expect(text).toContain(`AUTH_${tenant.projectId}`);
    expect(text).not.toContain('evil.test');
    const own = services.find((service) => service.type === 'identity');
    expect(own?.endpoints.map((endpoint) => endpoint.region)).toEqual(['exchange', 'harvard']);
    expect((await broker.call('DELETE', '/v3/OS-OCX/regions/harvard')).status).toBe(204);
    expect((await broker.call('DELETE', '/v3/OS-OCX/regions/harvard')).status).toBe(204);
    expect(JSON.stringify(await catalog())).not.toContain('harvard');
  });

  it('many at once neither duplicate a service nor lose an endpoint', async () => {
    const names = ['bluestone', 'exchange', 'granite', 'harvard', 'mit', 'yale'];
    const answers = await Promise.all([...names, ...names].map(register));
    expect(answers).toEqual(answers.map(() => 204));
    const services = await catalog();
    expect(services.map((service) => service.type)).toEqual(['compute', 'identity', 'object-store', 'volumev3']);
    for (const service of services) {
      expect(service.endpoints.map((endpoint) => endpoint.region)).toEqual([
        'exchange',
        ...names.filter((name) => name !== 'exchange'),
      ]);
    }
  });

  it('stands in the token in the same order: the combined region first', async () => {
    const again = await identity.authenticate(
      { methods: ['token'], token: { id: tenant.token } },
      { project: { id: tenant.projectId } },
    );
    expect(again.body.token.catalog).toEqual(await catalog());
  });
});

describe('services', () => {
  it('are one for each type and name, in the database too', async () => {
    const service = { service: { type: 'compute', name: 'nova' } };
    expect((await identity.admin('POST', '/v3/services', service)).status).toBe(409);
    const other = await identity.admin('POST', '/v3/services', { service: { type: 'compute', name: 'other' } });
    expect(other.status).toBe(201);
    const route = `/v3/services/${other.body.service.id as string}`;
    expect((await identity.admin('PATCH', route, { service: { name: 'nova' } })).status).toBe(409);
    const client = new pg.Client({ connectionString: identity.installation.databaseUrl });
    await client.connect();
    const insert = client.query(`INSERT INTO services (id, type, name) VALUES ('x', 'compute', 'nova')`);
    await expect(insert).rejects.toMatchObject({ code: '23505' });
    await client.end();
  });
});
