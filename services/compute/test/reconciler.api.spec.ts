import type { ServerDetail } from '@ocx/openstack-api/compute/servers';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComputeWorld } from './compute-world.js';

const EVENTUALLY = { timeout: 30_000, interval: 100 };

describe('the reconciler', () => {
  let world: ComputeWorld;
  let image: string;

  beforeAll(async () => {
    world = await ComputeWorld.start({ OCX_RECONCILE_SECONDS: '3600' });
    image = await world.image();
  });
  afterAll(async () => {
    await world.stop();
  });

  const show = async (id: string) =>
    (await world.call<{ server: ServerDetail }>('GET', `/v2.1/servers/${id}`)).json.server;
  const rented = async (name = 'one') => {
    const body = { server: { name, imageRef: image, flavorRef: 'm1.tiny' } };
    const { id } = (await world.call<{ server: { id: string } }>('POST', '/v2.1/servers', { body })).json.server;
    await expect.poll(async () => (await show(id)).status, EVENTUALLY).toBe('ACTIVE');
    return id;
  };
  const running = async (id: string) => (await world.container(id))?.State.Running;
  const sql = (statement: string, parameters: unknown[]) => world.app.get(DataSource).query(statement, parameters);

  it('starts again what was killed, with its data', async () => {
    const id = await rented();
    await world.inside(id, 'sh', '-c', 'echo kept > /root/file');
    await world.docker.getContainer(`ocx-${world.label}-${id}`).kill();
    await expect.poll(() => running(id), EVENTUALLY).toBe(true);
    expect((await world.inside(id, 'cat', '/root/file')).output.trim()).toBe('kept');
    expect((await show(id)).status).toBe('ACTIVE');
  });

  it('removes a container that has no row, and no container of another landlord', async () => {
    const id = await rented();
    const stranger = await world.docker.createContainer({
      Image: `ocx-${world.label}/${image}`,
      Cmd: ['/bin/sleep', '1000'],
      Labels: { 'ocx.landlord': `${world.label}-other`, 'ocx.server': id },
    });
    await sql('DELETE FROM servers WHERE id = $1', [id]);
    await world.reconcile();
    expect(await world.container(id)).toBeUndefined();
    expect((await stranger.inspect()).Id).toBe(stranger.id);
    await stranger.remove({ force: true });
  });

  it('says so when a container is gone, and a hard reboot builds it anew', async () => {
    const id = await rented();
    await world.docker.getContainer(`ocx-${world.label}-${id}`).remove({ force: true });
    await world.reconcile();
    await expect.poll(async () => (await show(id)).status, EVENTUALLY).toBe('ERROR');
    expect((await show(id)).fault?.message).toContain('gone');
    await world.call('POST', `/v2.1/servers/${id}/action`, { body: { reboot: { type: 'HARD' } } });
    await expect.poll(async () => (await show(id)).status, EVENTUALLY).toBe('ACTIVE');
    expect(await running(id)).toBe(true);
  });

  it('finishes builds and deletes that a crash cut in half', async () => {
    const half = await rented('half');
    const doomed = await rented('doomed');
    await sql(`UPDATE servers SET vm_state = 'building', task_state = 'spawning' WHERE id = $1`, [half]);
    await sql(`UPDATE servers SET task_state = 'deleting' WHERE id = $1`, [doomed]);
    await world.reconcile(true);
    await expect.poll(async () => (await show(half)).status, EVENTUALLY).toBe('ACTIVE');
    await expect.poll(async () => (await world.call('GET', `/v2.1/servers/${doomed}`)).status, EVENTUALLY).toBe(404);
    expect(await running(half)).toBe(true);
    expect(await world.container(doomed)).toBeUndefined();
  });

  it('brings servers back after a stop of the service, with their data', async () => {
    const id = await rented();
    await world.inside(id, 'sh', '-c', 'echo kept > /root/file');
    await world.app.close();
    expect(await running(id)).toBe(false);
    await world.boot();
    await expect.poll(() => running(id), EVENTUALLY).toBe(true);
    expect((await world.inside(id, 'cat', '/root/file')).output.trim()).toBe('kept');
  });

  it('removes the network of a project without servers', async () => {
    const { servers } = (await world.call<{ servers: { id: string }[] }>('GET', '/v2.1/servers')).json;
    for (const { id } of servers) await world.call('DELETE', `/v2.1/servers/${id}`);
    const networks = () => world.docker.listNetworks({ filters: { label: [`ocx.landlord=${world.label}`] } });
    await expect.poll(async () => (await world.ofLabel()).length, EVENTUALLY).toBe(0);
    await expect
      .poll(async () => {
        await world.reconcile();
        return (await networks()).length;
      }, EVENTUALLY)
      .toBe(0);
  });
});
