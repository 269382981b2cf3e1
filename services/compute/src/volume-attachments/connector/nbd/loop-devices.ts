import { setTimeout as delay } from 'node:timers/promises';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { z } from 'zod';
import type { HostTools, ToolOptions } from '../mount-host/host-tools.js';

const Listing = z.object({
  loopdevices: z.array(z.object({ name: z.string(), 'back-file': z.string().nullable(), 'maj:min': z.string() })),
});

export interface LoopDevice {
  /** `/dev/loop7` */
  readonly name: string;
  /** `7:7`, as the mount table says it. */
  readonly device: string;
  readonly number: number;
}

const LOOP_NAME = /^\/dev\/loop(\d+)$/;
const DETACH_TRIES = 15;

/** The kernel's loop devices: what turns the exported file into a block device that can be mounted. */
export class LoopDevices {
  constructor(private readonly tools: HostTools) {}

  /** Every loop device backed by this very path. */
  async backedBy(file: string): Promise<LoopDevice[]> {
    const output = await this.tools.must(['losetup', '--list', '--json', '--output', 'NAME,BACK-FILE,MAJ:MIN']);
    if (output.trim() === '') return [];
    return Listing.parse(JSON.parse(output)).loopdevices.flatMap((entry) => {
      const number = LOOP_NAME.exec(entry.name)?.[1];
      if (number === undefined || entry['back-file'] !== file) return [];
      return [{ name: entry.name, device: entry['maj:min'].trim(), number: Number(number) }];
    });
  }

  async attach(file: string, readOnly: boolean, options: ToolOptions): Promise<LoopDevice> {
    const flags = readOnly ? ['--read-only'] : [];
    const shown = await this.tools.must(['losetup', '--find', '--show', '--direct-io=on', ...flags, file], options);
    const loop = (await this.backedBy(file)).find(({ name }) => name === shown.trim());
    if (!loop) throw new BackendUnavailable('losetup made no device.', { reason: 'tool_failed' });
    return loop;
  }

  /**
   * Returns when no device is left, or only one that a mount namespace made meanwhile still has a copy of: the kernel
   * lets go of it when that namespace ends, and nobody can reach the storage through it once the transport is gone.
   */
  async detach(file: string): Promise<void> {
    for (let tries = 0; tries < DETACH_TRIES; tries++) {
      const loops = await this.backedBy(file);
      if (loops.length === 0) return;
      for (const loop of loops) await this.tools.run(['losetup', '--detach', loop.name]);
      if (tries > 0) await delay(100);
    }
  }
}
