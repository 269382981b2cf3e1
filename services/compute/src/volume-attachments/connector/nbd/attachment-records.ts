import { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';
import { Uuid } from '@ocx/openstack-api/ids';
import { z } from 'zod';
import type { HostTools, ToolOptions } from '../mount-host/host-tools.js';

export const AttachmentRecord = z.strictObject({
  id: Uuid,
  serverId: Uuid,
  volumesDirectory: z.string(),
  name: z.string(),
  mode: AttachmentMode,
  form: z.enum(['mount', 'file']),
});
export type AttachmentRecord = z.infer<typeof AttachmentRecord>;

/**
 * One directory per attachment on the host: what is being connected, written before anything else happens, so that a
 * crash at any point leaves a trace; and, for the moment of connecting, the key.
 */
export class AttachmentRecords {
  constructor(
    private readonly tools: HostTools,
    private readonly root: string,
  ) {}

  directory(id: string): string {
    return `${this.root}/${id}`;
  }

  keyDirectory(id: string): string {
    return `${this.directory(id)}/key`;
  }

  /** Where the volume appears as a file before it is mounted. */
  diskFile(id: string): string {
    return `${this.directory(id)}/disk`;
  }

  async create(record: AttachmentRecord, options: ToolOptions): Promise<void> {
    await this.tools.makeDirectory(this.root, '0700');
    await this.tools.makeDirectory(this.directory(record.id), '0700');
    await this.tools.makeDirectory(this.keyDirectory(record.id), '0700');
    await this.tools.writeFile(`${this.directory(record.id)}/attachment.json`, JSON.stringify(record), options);
  }

  async writeKey(id: string, username: string, key: string, options: ToolOptions): Promise<void> {
    await this.tools.writeFile(`${this.keyDirectory(id)}/keys.psk`, `${username}:${key}\n`, options);
  }

  async removeKey(id: string): Promise<void> {
    await this.tools.must([
      'rm',
      '-f',
      '--',
      `${this.keyDirectory(id)}/keys.psk`,
      `${this.keyDirectory(id)}/keys.psk.new`,
    ]);
  }

  /** Attachments with a directory, even where the crash came before the record. */
  async ids(): Promise<string[]> {
    return (await this.tools.entries(this.root)).filter((name) => Uuid.safeParse(name).success);
  }

  async exists(id: string): Promise<boolean> {
    return (await this.tools.run(['test', '-e', this.directory(id)])).exitCode === 0;
  }

  async read(id: string): Promise<AttachmentRecord | undefined> {
    const text = await this.tools.readFile(`${this.directory(id)}/attachment.json`);
    return text === undefined ? undefined : AttachmentRecord.parse(JSON.parse(text));
  }

  async remove(id: string): Promise<void> {
    await this.tools.must(['rm', '-rf', '--one-file-system', '--', this.directory(id)]);
  }
}
