import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportAddress, VolumeExport } from '../volume-exporter.js';
import { NbdkitExporter } from './nbdkit-exporter.js';

const SIZE = 16 * 1024 * 1024;

interface Attempt {
  key?: string;
  user?: string;
  name?: string;
  tls?: boolean;
}

describe('exports by nbdkit', () => {
  let root: string;
  let exporter: NbdkitExporter;

  const newVolume = async (readOnly = false): Promise<VolumeExport> => {
    const path = join(root, `${randomUUID()}.raw`);
    await writeFile(path, '');
    await truncate(path, SIZE);
    return { id: randomUUID(), path, readOnly };
  };

  const open = () =>
    new NbdkitExporter({
      directory: join(root, 'exports'),
      listenHost: '127.0.0.1',
      advertisedHost: '127.0.0.1',
      ports: { first: 31_000, last: 31_200 },
    });

  /** A client of the export: qemu-storage-daemon opens it, says what it got, and ends. */
  const connect = async (id: string, at: ExportAddress, attempt: Attempt = {}): Promise<string> => {
    const directory = await mkdtemp(join(root, 'client-'));
    const user = attempt.user ?? id;
    await writeFile(join(directory, 'keys.psk'), `${user}:${attempt.key ?? at.key}\n`, { mode: 0o600 });
    const tls = { 'qom-type': 'tls-creds-psk', id: 'tls', dir: directory, endpoint: 'client', username: user };
    const node = {
      driver: 'nbd',
      'node-name': 'n',
      'read-only': true,
      server: { type: 'inet', host: at.host, port: String(at.port) },
      export: attempt.name ?? id,
      ...(attempt.tls === false ? {} : { 'tls-creds': 'tls' }),
    };
    const image = `json:${JSON.stringify(node)}`;
    expect(image).not.toContain(at.key);
    const run = spawnSync(
      'timeout',
      [
        '10',
        'qemu-storage-daemon',
        '--object',
        JSON.stringify(tls),
        '--blockdev',
        JSON.stringify(node),
        '--chardev',
        'stdio,id=c',
        '--monitor',
        'c',
      ],
      {
        input: '{"execute":"qmp_capabilities"}\n{"execute":"query-named-block-nodes"}\n{"execute":"quit"}\n',
        encoding: 'utf8',
      },
    );
    return run.stderr.trim() === '' ? run.stdout : `refused: ${run.stderr}`;
  };

  const pidOf = async (id: string) => Number(await readFile(join(root, 'exports', id, 'nbdkit.pid'), 'utf8'));

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ocx-exporter-'));
    exporter = open();
  });

  afterEach(async () => {
    for (const id of await exporter.list()) await exporter.stop(id);
    await rm(root, { recursive: true, force: true });
  });

  it('serves one volume to whoever has the key of the attachment', async () => {
    const volume = await newVolume();
    const address = await exporter.ensure(volume);
    expect(address.port).toBeGreaterThanOrEqual(31_000);
    expect(await connect(volume.id, address)).toContain(`"virtual-size": ${String(SIZE)}`);
    expect(await exporter.ensure(volume)).toEqual(address);
  });

  it('refuses a wrong key, an unknown user, a wrong or empty name, and a client without TLS', async () => {
    const volume = await newVolume();
    const address = await exporter.ensure(volume);
    const bad: Attempt[] = [
      { key: randomBytes(32).toString('hex') },
      { user: 'somebody' },
      { name: randomUUID() },
      { name: '' },
      { name: '../../etc/passwd' },
      { tls: false },
    ];
    for (const attempt of bad) expect(await connect(volume.id, address, attempt)).toMatch(/^refused/);
    expect(await connect(volume.id, address)).toContain('virtual-size');
  });

  it('gives every attachment its own key and port, and no volume to two attachments', async () => {
    const first = await newVolume();
    const second = await newVolume();
    const [a, b] = [await exporter.ensure(first), await exporter.ensure(second)];
    expect(a.port).not.toBe(b.port);
    expect(a.key).not.toBe(b.key);
    expect(await connect(first.id, { ...a, port: b.port })).toMatch(/^refused/);
    await expect(exporter.ensure({ ...first, id: randomUUID() })).rejects.toMatchObject({ reason: 'volume_in_use' });
    expect(await exporter.list()).toHaveLength(2);
  });

  it('comes back on the same port with the same key after it was killed', async () => {
    const volume = await newVolume();
    const address = await exporter.ensure(volume);
    process.kill(await pidOf(volume.id), 'SIGKILL');
    await expect.poll(() => exporter.isServed(volume.id), { timeout: 10_000 }).toBe(false);
    expect(await exporter.ensure(volume)).toEqual(address);
    expect(await connect(volume.id, address)).toContain('virtual-size');
  });

  it('is adopted by the next process, which does not restart it', async () => {
    const volume = await newVolume();
    const address = await exporter.ensure(volume);
    const pid = await pidOf(volume.id);
    const next = open();
    expect(await next.isServed(volume.id)).toBe(true);
    expect(await next.ensure(volume)).toEqual(address);
    expect(await pidOf(volume.id)).toBe(pid);
    await rm(join(root, 'exports', volume.id, 'nbdkit.pid'));
    await next.stop(volume.id);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it('keeps the key from arguments, environment and log, and destroys it when stopped', async () => {
    const volume = await newVolume();
    const { key } = await exporter.ensure(volume);
    await connect(volume.id, await exporter.ensure(volume), { key: randomBytes(32).toString('hex') });
    const pid = await pidOf(volume.id);
    const directory = join(root, 'exports', volume.id);
    for (const file of [
      `/proc/${String(pid)}/cmdline`,
      `/proc/${String(pid)}/environ`,
      join(directory, 'nbdkit.log'),
    ]) {
      expect(await readFile(file, 'utf8')).not.toContain(key);
    }
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, 'keys.psk'))).mode & 0o777).toBe(0o600);
    await exporter.stop(volume.id);
    await exporter.stop(volume.id);
    expect(await readdir(join(root, 'exports'))).toEqual([]);
    expect((await exporter.ensure(volume)).key).not.toBe(key);
  });

  it('answers when every port is taken', async () => {
    const narrow = new NbdkitExporter({
      directory: join(root, 'exports'),
      listenHost: '127.0.0.1',
      advertisedHost: '127.0.0.1',
      ports: { first: 31_201, last: 31_201 },
    });
    await narrow.ensure(await newVolume());
    await expect(narrow.ensure(await newVolume())).rejects.toMatchObject({ reason: 'no_port' });
    expect(await narrow.list()).toHaveLength(1);
  });
});
