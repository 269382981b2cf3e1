import { setTimeout as delay } from 'node:timers/promises';
import type { ServerDetail } from '@ocx/openstack-api/compute/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComputeProcess } from './compute-process.js';
import { ComputeWorld } from './compute-world.js';

const EVENTUALLY = { timeout: 90_000, interval: 200 };
/** Milliseconds after the request at which the service is killed: somewhere in the row, the network, the container. */
const MOMENTS = [0, 60, 250];

describe('a service that is killed', () => {
  let world: ComputeWorld;
  let service: ComputeProcess;
  let image: string;

  beforeAll(async () => {
    world = await ComputeWorld.start({ OCX_STOP_SERVERS_ON_EXIT: '0', OCX_RECONCILE_SECONDS: '1' });
    image = await world.image();
    service = new ComputeProcess(world.environment);
    await world.app.close();
    await service.start();
  });
  afterAll(async () => {
    await service.kill();
    await world.boot({ OCX_STOP_SERVERS_ON_EXIT: '1' });
    await world.stop();
  });

  const list = async () => (await world.call<{ servers: ServerDetail[] }>('GET', '/v2.1/servers/detail')).json.servers;
  const containers = async () =>
    Object.fromEntries((await world.ofLabel()).map(({ Labels, State }) => [Labels['ocx.server'], State]));
  /** Rows as containers should be: one that runs for each ACTIVE server, none for anything else. */
  const agrees = async () => {
    const servers = await list();
    const settled = servers.every(({ status }) => status === 'ACTIVE');
    return settled ? [Object.fromEntries(servers.map(({ id }) => [id, 'running'])), await containers()] : [null, {}];
  };

  it.each(MOMENTS)('%i ms into creating leaves no orphan, and no ACTIVE server without container', async (moment) => {
    const body = { server: { name: 'one', imageRef: image, flavorRef: 'm1.tiny', min_count: 2 } };
    const asked = world.call('POST', '/v2.1/servers', { body }).catch(() => undefined);
    await delay(moment);
    await service.kill();
    await asked;
    await service.start();
    await expect
      .poll(async () => {
        const [rows, engine] = await agrees();
        return JSON.stringify(rows) !== 'null' && sorted(rows) === sorted(engine);
      }, EVENTUALLY)
      .toBe(true);
  });

  it.each(MOMENTS)('%i ms into deleting deletes all the same', async (moment) => {
    const body = { server: { name: 'one', imageRef: image, flavorRef: 'm1.tiny' } };
    await world.call('POST', '/v2.1/servers', { body });
    await expect.poll(async () => (await list()).every(({ status }) => status === 'ACTIVE'), EVENTUALLY).toBe(true);
    const ids = (await list()).map(({ id }) => id);
    const answers = ids.map((id) =>
      world.call('DELETE', `/v2.1/servers/${id}`).then(
        () => id,
        () => undefined,
      ),
    );
    await delay(moment);
    await service.kill();
    const accepted = (await Promise.all(answers)).filter((id) => id !== undefined);
    await service.start();
    await expect
      .poll(async () => {
        const present = [...(await list()).map(({ id }) => id), ...Object.keys(await containers())];
        return accepted.filter((id) => present.includes(id));
      }, EVENTUALLY)
      .toEqual([]);
    for (const { id } of await list()) await world.call('DELETE', `/v2.1/servers/${id}`);
    await expect.poll(async () => [await list(), await containers()], EVENTUALLY).toEqual([[], {}]);
  });
});

const sorted = (states: unknown): string => JSON.stringify(Object.entries(states as object).sort());
