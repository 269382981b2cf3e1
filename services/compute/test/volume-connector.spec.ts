import { randomUUID } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { volumesMount } from '../src/hypervisor/docker/container-spec.js';
import { NbdVolumeConnector } from '../src/volume-attachments/connector/nbd/nbd-volume-connector.js';
import { Mounts } from './mounts.js';
import { rootFs } from './root-fs.js';
import { SIZE, VolumeExport } from './volume-export.js';

describe('a volume in a running container', () => {
  const engine = new Docker();
  const image = `ocx-test-connector:${randomUUID()}`;
  const serverId = randomUUID();
  let root: string;
  let mounts: Mounts;
  let volumesDirectory: string;
  let connector: NbdVolumeConnector;
  let exported: VolumeExport;
  let container: Docker.Container;
  const attached = new Set<string>();

  const run = async (command: string, detach = false): Promise<string> => {
    const exec = await container.exec({ Cmd: ['sh', '-c', command], AttachStdout: !detach, AttachStderr: !detach });
    const stream = await exec.start({ Detach: detach, hijack: !detach, stdin: false });
    if (detach) return '';
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };

  const attach = async (name = 'vdb') => {
    const id = randomUUID();
    attached.add(id);
    await connector.connect({ id, serverId, volumesDirectory, name, mode: 'rw', target: exported.target });
    return id;
  };

  beforeAll(async () => {
    mounts = await Mounts.create();
    root = mounts.directory;
    volumesDirectory = join(root, 'servers', serverId, 'volumes');
    connector = new NbdVolumeConnector(mounts.host(), {
      stateDirectory: join(root, 'state'),
      serversDirectory: join(root, 'servers'),
      form: 'mount',
    });
    await connector.prepareDirectory(volumesDirectory);
    const file = join(root, 'volume.raw');
    await writeFile(file, '');
    await truncate(file, SIZE);
    exported = new VolumeExport(root, file);
    await exported.start();
    const [repo, tag] = image.split(':');
    const imported = await engine.importImage(Readable.from([await rootFs()]), { repo, tag });
    for await (const _ of imported) continue;
    container = await engine.createContainer({
      Image: image,
      Cmd: ['sleep', '600'],
      Labels: { 'ocx.test': serverId },
      HostConfig: {
        Mounts: [volumesMount(volumesDirectory)],
      },
    });
    await container.start();
  });

  afterAll(async () => {
    for (const id of attached) await connector.disconnect({ id, containerId: null, busy: 'abandon' });
    await container.remove({ force: true });
    await engine.getImage(image).remove({ force: true });
    await connector.releaseDirectory(volumesDirectory);
    await connector.release();
    await exported.kill();
    await mounts.remove();
  });

  it('appears without a restart, holds data, and goes again', async () => {
    const id = await attach();
    await run('echo redshift 7.1 > /volumes/vdb/result.txt');
    expect(await readFile(join(volumesDirectory, 'vdb', 'result.txt'), 'utf8')).toBe('redshift 7.1\n');
    const { Id: containerId } = await container.inspect();
    expect(await connector.disconnect({ id, containerId, busy: 'wait' })).toEqual({ clean: true });
    expect(await run('ls /volumes')).toBe('');
    const again = await attach('vdc');
    expect(await run('cat /volumes/vdc/result.txt')).toContain('redshift 7.1');
    await connector.disconnect({ id: again, containerId, busy: 'wait' });
  });

  it('gives root in the server no way to write where the host mounts', async () => {
    const id = await attach();
    const tries = ['mkdir /volumes/x', 'ln -s /etc /volumes/vdc', 'rm -rf /volumes/vdb', 'mv /volumes/vdb /volumes/x'];
    for (const attempt of tries) expect(await run(attempt)).toMatch(/Read-only|busy/);
    expect(await run('ls /volumes')).toMatch(/^\W*vdb\s*$/);
    await connector.disconnect({ id, containerId: null, busy: 'wait' });
  });

  it('ends what keeps it busy in the server when told to, and nothing else', async () => {
    const id = await attach();
    const { Id: containerId } = await container.inspect();
    await run('cd /volumes/vdb && exec sleep 500', true);
    await expect.poll(() => run('grep -l 500 /proc/[0-9]*/cmdline'), { timeout: 20_000 }).toMatch(/proc/);
    await expect(connector.disconnect({ id, containerId, busy: 'wait' })).rejects.toMatchObject({
      reason: 'volume_busy',
    });
    expect(await connector.disconnect({ id, containerId, busy: 'kill' })).toEqual({ clean: true });
    expect((await container.inspect()).State.Running).toBe(true);
    expect(await connector.list()).toEqual([]);
  });
});
