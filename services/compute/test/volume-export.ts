import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { ConnectVolume } from '../src/volume-attachments/connector/volume-connector.js';

export const SIZE = 64 * 1024 * 1024;

/** A storage landlord's export, as the design says: one nbdkit, one key, one name, one client. */
export class VolumeExport {
  readonly key = randomBytes(32).toString('hex');
  readonly name = randomUUID();
  port = 0;
  private child: ReturnType<typeof spawn> | undefined;

  constructor(
    private readonly directory: string,
    readonly file: string,
  ) {}

  async start(): Promise<void> {
    const psk = join(this.directory, `${this.name}.psk`);
    await writeFile(psk, `${this.name}:${this.key}\n`, { mode: 0o600 });
    if (this.port === 0) {
      const probe = createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      this.port = (probe.address() as { port: number }).port;
      probe.close();
      await once(probe, 'close');
    }
    const server = ['-f', '-i', '127.0.0.1', '-p', String(this.port), '-t', '4', '--tls=require', `--tls-psk=${psk}`];
    const plugin = ['--filter=limit', '--filter=exportname', 'file', this.file];
    const strict = ['limit=1', 'exportname-strict=true', `exportname=${this.name}`];
    this.child = spawn('nbdkit', [...server, ...plugin, ...strict], { stdio: 'ignore' });
    await vi.waitFor(
      async () => {
        if (!(await this.listens())) throw new Error('The export does not listen.');
      },
      { timeout: 20_000 },
    );
  }

  async kill(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  get target(): ConnectVolume['target'] {
    const tls = { username: this.name, key: this.key };
    return { host: '127.0.0.1', port: this.port, export: this.name, size: SIZE, tls };
  }

  private async listens(): Promise<boolean> {
    const hex = this.port.toString(16).toUpperCase().padStart(4, '0');
    const table = await readFile('/proc/net/tcp', 'utf8');
    return table.split('\n').some((line) => line.includes(`:${hex} `) && / 0A /.test(line));
  }
}
