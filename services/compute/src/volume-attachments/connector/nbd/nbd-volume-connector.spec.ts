import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, openSync, closeSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Mounts } from '../../../../test/mounts.js';
import type { ConnectVolume } from '../volume-connector.js';
import { SIZE, VolumeExport as Export } from '../../../../test/volume-export.js';
import { NbdVolumeConnector } from './nbd-volume-connector.js';

describe('volumes over NBD, on this host', () => {
  let mounts: Mounts;
  let root: string;
  let connector: NbdVolumeConnector;
  const exports: Export[] = [];
  const connected = new Set<string>();
  const directories = new Set<string>();

  const newConnector = (form: 'mount' | 'file') =>
    new NbdVolumeConnector(mounts.host(), {
      stateDirectory: join(root, 'state'),
      serversDirectory: join(root, 'servers'),
      form,
    });

  const newExport = async (content?: (file: string) => void): Promise<Export> => {
    const file = join(root, `${randomUUID()}.raw`);
    await writeFile(file, '');
    await truncate(file, SIZE);
    content?.(file);
    const created = new Export(root, file);
    exports.push(created);
    await created.start();
    return created;
  };

  const newServer = async (): Promise<{ serverId: string; volumesDirectory: string }> => {
    const serverId = randomUUID();
    const volumesDirectory = join(root, 'servers', serverId);
    await connector.prepareDirectory(volumesDirectory);
    directories.add(volumesDirectory);
    return { serverId, volumesDirectory };
  };

  const request = (server: { serverId: string; volumesDirectory: string }, exported: Export): ConnectVolume => {
    const id = randomUUID();
    connected.add(id);
    return { id, ...server, name: 'vdb', mode: 'rw', target: exported.target };
  };

  /** Connects, and lets this test's user write what a server's root would. */
  const connectOpen = async (volume: ConnectVolume) => {
    const connected = await connector.connect(volume);
    await mounts.asRoot('chmod', '0777', connected.path);
    return connected;
  };

  const disconnect = (id: string) => connector.disconnect({ id, containerId: null, busy: 'wait' });

  const traces = async (id: string): Promise<string[]> => {
    const mounted = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(id));
    const loops = execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], { encoding: 'utf8' });
    const processes: string[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (line.includes(id)) processes.push(line);
    }
    const records = (await mounts.asRoot('find', join(root, 'state'), '-maxdepth', '1')).split('\n');
    const nodes = await readdir('/dev');
    return [
      ...mounted,
      ...processes,
      ...[...loops.split('\n'), ...records, ...nodes].filter((one) => one.includes(id)),
    ];
  };

  beforeAll(async () => {
    mounts = await Mounts.create();
    root = mounts.directory;
    connector = newConnector('mount');
  });

  afterEach(async () => {
    for (const id of connected) await connector.disconnect({ id, containerId: null, busy: 'abandon' });
    connected.clear();
    for (const directory of directories) await connector.releaseDirectory(directory);
    directories.clear();
    for (const exported of exports.splice(0)) await exported.kill();
  });

  afterAll(async () => {
    await connector.release();
    await mounts.remove();
  });

  it('formats a blank volume, and finds the data there after detaching and attaching elsewhere', async () => {
    const exported = await newExport();
    const first = request(await newServer(), exported);
    const volume = await connectOpen(first);
    expect(volume).toEqual({ id: first.id, form: 'mount', path: `${first.volumesDirectory}/vdb`, formatted: true });
    await writeFile(join(volume.path, 'result.txt'), 'redshift 7.1');
    expect(await connector.health(first.id)).toBe('healthy');
    expect(await disconnect(first.id)).toEqual({ clean: true });
    expect(await traces(first.id)).toEqual([]);
    expect(existsSync(volume.path)).toBe(false);

    const second = request(await newServer(), exported);
    const again = await connector.connect({ ...second, name: 'vdc' });
    expect(again.formatted).toBe(false);
    expect(await readFile(join(again.path, 'result.txt'), 'utf8')).toBe('redshift 7.1');
  });

  it('is idempotent, and finds what is connected after a restart', async () => {
    const volume = request(await newServer(), await newExport());
    await connector.connect(volume);
    const restarted = newConnector('mount');
    expect(await restarted.list()).toMatchObject([{ id: volume.id, serverId: volume.serverId, state: 'connected' }]);
    expect((await restarted.connect(volume)).formatted).toBe(false);
    expect(await restarted.disconnect({ id: volume.id, containerId: null, busy: 'wait' })).toEqual({ clean: true });
    expect(await restarted.disconnect({ id: volume.id, containerId: null, busy: 'wait' })).toEqual({ clean: true });
    expect(await restarted.list()).toEqual([]);
    expect(await restarted.health(volume.id)).toBe('absent');
  });

  it('keeps the key out of arguments and environments, and on disk only while connecting', async () => {
    const exported = await newExport();
    const volume = request(await newServer(), exported);
    await connector.connect(volume);
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      for (const file of ['cmdline', 'environ']) {
        const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
        expect(text).not.toContain(exported.key);
      }
    }
    const state = join(root, 'state');
    expect(await mounts.asRoot('find', join(state, volume.id, 'key'))).toBe(`${join(state, volume.id, 'key')}\n`);
    const search = 'grep -rl --exclude=disk -- "$1" "$2"; [ $? = 1 ]';
    expect(await mounts.asRoot('sh', '-c', search, 'sh', exported.key, state)).toBe('');
  }, 60_000);

  it('leaves nothing behind when the key, the name or the size is wrong', async () => {
    const exported = await newExport();
    const server = await newServer();
    const { target } = exported;
    const wrong: ConnectVolume['target'][] = [
      { ...target, tls: { ...target.tls, key: randomBytes(32).toString('hex') } },
      { ...target, tls: { ...target.tls, username: 'somebody' } },
      { ...target, export: randomUUID() },
      { ...target, size: SIZE * 2 },
    ];
    for (const bad of wrong) {
      const volume = request(server, exported);
      const failure = await connector.connect({ ...volume, target: bad }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect(String(failure)).not.toContain(bad.tls.key);
      expect(await traces(volume.id)).toEqual([]);
    }
  });

  it('refuses targets and places out of bounds before anything runs', async () => {
    const exported = await newExport();
    const good = request(await newServer(), exported);
    const bad: ConnectVolume[] = [
      { ...good, id: '../../etc' },
      { ...good, name: '../vdb' },
      { ...good, name: 'vda' },
      { ...good, volumesDirectory: '/tmp/../etc' },
      { ...good, volumesDirectory: 'relative' },
      { ...good, target: { ...exported.target, host: 'host,port=1' } },
      { ...good, target: { ...exported.target, port: 0 } },
      { ...good, target: { ...exported.target, tls: { username: 'a:b', key: exported.key } } },
      { ...good, target: { ...exported.target, tls: { username: 'ab', key: 'not hex' } } },
    ];
    for (const volume of bad) await expect(connector.connect(volume)).rejects.toThrow(/Invalid/);
    expect(await connector.list()).toEqual([]);
  });

  it('refuses a second client of one export, and the first keeps working', async () => {
    const exported = await newExport();
    const first = request(await newServer(), exported);
    const { path } = await connectOpen(first);
    const second = request(await newServer(), exported);
    await expect(connector.connect(second)).rejects.toThrow();
    expect(await traces(second.id)).toEqual([]);
    await writeFile(join(path, 'still'), 'here');
    expect(await connector.health(first.id)).toBe('healthy');
  });

  it('shows a pause and no error when the export dies while written to and comes back', async () => {
    const exported = await newExport();
    const volume = request(await newServer(), exported);
    const { path } = await connectOpen(volume);
    const block = randomBytes(1024 * 1024);
    const writes = (async () => {
      for (let index = 0; index < 24; index++) await writeFile(join(path, `f${String(index)}`), block, { flush: true });
    })();
    await exported.kill();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await exported.start();
    await writes;
    expect(await connector.health(volume.id)).toBe('healthy');
    expect(await readFile(join(path, 'f23'))).toEqual(block);
    expect(await disconnect(volume.id)).toEqual({ clean: true });
    expect(execFileSync('e2fsck', ['-fn', exported.file], { stdio: 'pipe' }).toString()).toContain('files');
  });

  it('says so when data is lost, and still takes everything away', async () => {
    const exported = await newExport();
    const volume = request(await newServer(), exported);
    const { path } = await connectOpen(volume);
    await writeFile(join(path, 'unwritten'), randomBytes(100_000));
    await exported.kill();
    expect(await connector.disconnect({ id: volume.id, containerId: null, busy: 'abandon' })).toEqual({ clean: false });
    expect(await traces(volume.id)).toEqual([]);
  });

  it('refuses to detach while the volume is in use, and it stays attached', async () => {
    const volume = request(await newServer(), await newExport());
    const { path } = await connectOpen(volume);
    const descriptor = openSync(join(path, 'open'), 'w');
    try {
      await expect(disconnect(volume.id)).rejects.toMatchObject({ reason: 'volume_busy' });
      expect(await connector.health(volume.id)).toBe('healthy');
    } finally {
      closeSync(descriptor);
    }
    expect(await disconnect(volume.id)).toEqual({ clean: true });
  });

  it('converges what a crash cut in half', async () => {
    const volume = request(await newServer(), await newExport());
    const { path } = await connector.connect(volume);
    await mounts.asRoot('umount', path);
    expect(await connector.list()).toMatchObject([{ id: volume.id, state: 'partial' }]);
    expect(await connector.health(volume.id)).toBe('broken');
    expect((await connector.connect(volume)).formatted).toBe(false);
    expect(await connector.list()).toMatchObject([{ id: volume.id, state: 'connected' }]);
  });

  it('mounts no foreign data, and formats none', async () => {
    const raw = request(
      await newServer(),
      await newExport((file) =>
        execFileSync('dd', [
          'if=/dev/urandom',
          `of=${file}`,
          'bs=4k',
          'count=1',
          'seek=100',
          'conv=notrunc',
          'status=none',
        ]),
      ),
    );
    await expect(connector.connect(raw)).rejects.toMatchObject({ reason: 'volume_not_mountable' });
    expect(await traces(raw.id)).toEqual([]);
    const swap = request(
      await newServer(),
      await newExport((file) => execFileSync('mkswap', [file], { stdio: 'ignore' })),
    );
    await expect(connector.connect(swap)).rejects.toThrow(/swap/);
  });

  it('repairs a file system that was not unmounted, and refuses one that needs a hand', async () => {
    const broken = request(
      await newServer(),
      await newExport((file) => {
        execFileSync('mkfs.ext4', ['-q', file]);
        execFileSync('debugfs', ['-w', '-R', 'clri <2>', file], { stdio: 'ignore' });
      }),
    );
    await expect(connector.connect(broken)).rejects.toMatchObject({ reason: 'volume_not_mountable' });
    expect(await traces(broken.id)).toEqual([]);
  });

  it('grows the file system of a volume that was extended', async () => {
    const volume = request(
      await newServer(),
      await newExport((file) => execFileSync('mkfs.ext4', ['-q', file, '16M'])),
    );
    const { path } = await connector.connect(volume);
    const free = Number(execFileSync('stat', ['-f', '-c', '%b', path], { encoding: 'utf8' }));
    expect(free * 1024).toBeGreaterThan(32 * 1024 * 1024);
  });

  it('attaches read-only', async () => {
    const exported = await newExport((file) => execFileSync('mkfs.ext4', ['-q', file]));
    const volume = request(await newServer(), exported);
    const { path } = await connector.connect({ ...volume, mode: 'ro' });
    await expect(writeFile(join(path, 'x'), 'x')).rejects.toThrow(/EROFS/);
    expect(await disconnect(volume.id)).toEqual({ clean: true });
  });

  it('undoes what all servers share, as long as no volume is mounted there', async () => {
    const server = await newServer();
    const mounted = () => readFile('/proc/self/mountinfo', 'utf8');
    const { id } = request(server, await newExport());
    await connector.connect({ ...request(server, await newExport()), id });
    await connector.release();
    expect(await mounted()).toContain(join(root, 'servers'));
    await disconnect(id);
    await connector.release();
    expect(await mounted()).not.toContain(join(root, 'servers'));
    await expect(connector.prepareDirectory(join(root, 'elsewhere'))).rejects.toThrow('No directory of a server');
  });

  it('offers the volume as one file where the storage is not trusted', async () => {
    const files = newConnector('file');
    const server = { serverId: randomUUID(), volumesDirectory: join(root, 'servers', randomUUID()) };
    await files.prepareDirectory(server.volumesDirectory);
    const exported = await newExport();
    const volume = request(server, exported);
    try {
      const { path, form } = await files.connect(volume);
      expect(form).toBe('file');
      await mounts.asRoot('mkfs.ext4', '-q', path);
      expect(await files.health(volume.id)).toBe('healthy');
      expect(await files.disconnect({ id: volume.id, containerId: null, busy: 'wait' })).toEqual({ clean: true });
      expect(await traces(volume.id)).toEqual([]);
      expect(execFileSync('blkid', ['-p', exported.file], { encoding: 'utf8' })).toContain('ext4');
    } finally {
      await files.disconnect({ id: volume.id, containerId: null, busy: 'abandon' });
      await files.releaseDirectory(server.volumesDirectory);
    }
  });

  it('undoes what was done when it is aborted', async () => {
    const volume = request(await newServer(), await newExport());
    const abort = new AbortController();
    const connecting = connector.connect({ ...volume, signal: abort.signal });
    setTimeout(() => {
      abort.abort(new Error('no longer wanted'));
    }, 60);
    await expect(connecting).rejects.toThrow('no longer wanted');
    expect(await traces(volume.id)).toEqual([]);
  });
});
