import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import type { Hypervisor, InstanceEnd, InstanceSpec } from './hypervisor.js';

export interface HypervisorUnderTest {
  readonly hypervisor: Hypervisor;
  /** A root file system with `sh`, `echo` and `sleep` in /bin, as a tar archive. */
  readonly archive: () => Promise<Readable>;
  /** CIDR of two free subnets, and the first two host addresses of the first. */
  readonly subnets: readonly [string, string];
  readonly gateways: readonly [string, string];
  readonly address: string;
  /** Ready directories for one instance, removed by `close`. */
  directories(id: string): Promise<Pick<InstanceSpec, 'volumesDirectory' | 'seedDirectory'>>;
  close(): Promise<void>;
}

const EVENTUALLY = { timeout: 30_000 };

/** What every driver of {@link Hypervisor} promises. */
export function hypervisorContract(name: string, open: () => Promise<HypervisorUnderTest>): void {
  describe(`${name} runs servers`, () => {
    let under: HypervisorUnderTest;
    let hypervisor: Hypervisor;
    const image = randomUUID();
    const [first, second] = [randomUUID(), randomUUID()];

    beforeAll(async () => {
      under = await open();
      hypervisor = under.hypervisor;
      await hypervisor.prepare();
      await hypervisor.importImage(image, 'rootfs', under.archive);
      await hypervisor.ensureNetwork(network(first, 0));
    });
    afterAll(async () => {
      for (const { id } of await hypervisor.list()) await hypervisor.destroy(id);
      for (const id of await hypervisor.listNetworks()) await hypervisor.removeNetwork(id);
      await hypervisor.removeImage(image);
      await hypervisor.release();
      await under.close();
    });

    const network = (id: string, index: 0 | 1) => {
      const [subnet, gateway] = [under.subnets[index], under.gateways[index]];
      return { id, projectId: 'a'.repeat(32), subnet, gateway };
    };
    const spec = async (overrides: Partial<InstanceSpec> = {}): Promise<InstanceSpec> => {
      const id = randomUUID();
      return {
        id,
        projectId: 'a'.repeat(32),
        hostname: 'one',
        imageId: image,
        command: ['/bin/sh', '-c', 'echo ready; exec sleep 1000'],
        vcpus: 1,
        ram: 64,
        disk: 1,
        network: { id: first, address: under.address, mac: '02:00:00:00:00:11' },
        files: [{ path: '/root/.ssh/authorized_keys', content: 'key\n', mode: 0o600 }],
        ...(await under.directories(id)),
        ...overrides,
      };
    };
    const state = async (id: string) => (await hypervisor.find(id))?.state;

    it('launches, stops, starts, restarts and destroys, each again without harm', async () => {
      const one = await spec();
      const launched = await hypervisor.launch(one);
      expect(launched).toMatchObject({ id: one.id, state: 'running', exitCode: null });
      expect(await hypervisor.list()).toEqual([launched]);
      for (let time = 0; time < 2; time += 1) await hypervisor.stop(one.id, 0);
      expect(await hypervisor.find(one.id)).toMatchObject({ state: 'stopped', engineId: launched.engineId });
      for (let time = 0; time < 2; time += 1) await hypervisor.start(one.id);
      await hypervisor.restart(one.id, 0);
      expect(await state(one.id)).toBe('running');
      for (let time = 0; time < 2; time += 1) await hypervisor.destroy(one.id);
      expect(await hypervisor.find(one.id)).toBeUndefined();
      expect(await hypervisor.list()).toEqual([]);
    });

    it('launches anew over what a crash left of the same server', async () => {
      const one = await spec();
      await hypervisor.launch(one);
      await hypervisor.launch(one);
      expect((await hypervisor.list()).map(({ id }) => id)).toEqual([one.id]);
      await hypervisor.destroy(one.id);
    });

    it('says NotFound without the image or the server, and leaves nothing behind', async () => {
      const one = await spec({ imageId: randomUUID() });
      await expect(hypervisor.launch(one)).rejects.toBeInstanceOf(NotFound);
      expect(await hypervisor.list()).toEqual([]);
      await expect(hypervisor.start(randomUUID())).rejects.toBeInstanceOf(NotFound);
      await expect(hypervisor.stop(randomUUID(), 0)).rejects.toBeInstanceOf(NotFound);
      await expect(hypervisor.exportImage(randomUUID())).rejects.toBeInstanceOf(NotFound);
    });

    it('tells the console, and who ended', async () => {
      const ends: InstanceEnd[] = [];
      const watching = new AbortController();
      const watch = hypervisor.watch((end) => ends.push(end), watching.signal);
      const one = await spec();
      await hypervisor.launch(one);
      await expect.poll(() => hypervisor.consoleOutput(one.id, 10), EVENTUALLY).toBe('ready\n');
      expect(await hypervisor.consoleOutput(one.id, 0)).toBe('');
      // The feed begins a moment after it was asked for.
      await expect
        .poll(async () => {
          await hypervisor.restart(one.id, 0);
          return ends.map(({ id }) => id);
        }, EVENTUALLY)
        .toContain(one.id);
      watching.abort();
      await watch;
      await hypervisor.destroy(one.id);
    });

    it('keeps networks apart, and those in use', async () => {
      await hypervisor.ensureNetwork(network(first, 0));
      await expect(hypervisor.ensureNetwork(network(second, 0))).rejects.toMatchObject({ reason: 'subnet_in_use' });
      await hypervisor.ensureNetwork(network(second, 1));
      expect([...(await hypervisor.listNetworks())].sort()).toEqual([first, second].sort());
      const one = await spec();
      await hypervisor.launch(one);
      await expect(hypervisor.removeNetwork(first)).rejects.toBeInstanceOf(Conflict);
      await hypervisor.destroy(one.id);
      for (let time = 0; time < 2; time += 1) await hypervisor.removeNetwork(second);
      expect(await hypervisor.listNetworks()).toEqual([first]);
    });

    it('imports, exports and removes images', async () => {
      const other = randomUUID();
      await hypervisor.importImage(other, 'rootfs', under.archive);
      expect(await hypervisor.hasImage(other)).toBe(true);
      let bytes = 0;
      for await (const chunk of await hypervisor.exportImage(other)) bytes += (chunk as Buffer).length;
      expect(bytes).toBeGreaterThan(0);
      for (let time = 0; time < 2; time += 1) await hypervisor.removeImage(other);
      expect(await hypervisor.hasImage(other)).toBe(false);
    });
  });
}
