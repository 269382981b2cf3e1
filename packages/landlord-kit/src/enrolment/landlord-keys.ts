import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningKey } from '@ocx/openstack-client/signing-key';

/**
 * The landlord's keys below its data directory: the one that it signs with in `landlord-key.json`, and in `landlord-keys/`
 * the one that comes next and those that it has given up, which grants for attached volumes are still bound to.
 */
export class LandlordKeys {
  private constructor(
    private readonly directory: string,
    private own: SigningKey,
    private readonly others: Map<string, { readonly key: SigningKey; readonly file: string }>,
  ) {}

  static async load(dataDirectory: string): Promise<LandlordKeys> {
    const keys = new LandlordKeys(dataDirectory, await SigningKey.load(join(dataDirectory, OWN)), new Map());
    await keys.read();
    return keys;
  }

  get current(): SigningKey {
    return this.own;
  }

  /** The key of this thumbprint, whether it is the present one or not. */
  find(thumbprint: string): SigningKey | undefined {
    return thumbprint === this.own.thumbprint ? this.own : this.others.get(thumbprint)?.key;
  }

  /** A new key, kept for later. */
  async add(): Promise<SigningKey> {
    const file = join(this.directory, OTHERS, `${randomUUID()}.json`);
    const key = await SigningKey.load(file);
    this.others.set(key.thumbprint, { key, file });
    return key;
  }

  /** Signs with this key from now on, and keeps the one before. A crash leaves either the one or the other in place. */
  async use(thumbprint: string): Promise<void> {
    if (thumbprint === this.own.thumbprint) return;
    const next = this.others.get(thumbprint);
    if (!next) throw new Error('The landlord key that is to be used is not in OCX_DATA_DIR. Restore landlord-keys.');
    await link(join(this.directory, OWN), join(this.directory, OTHERS, `${randomUUID()}.json`));
    await rename(next.file, join(this.directory, OWN));
    this.own = next.key;
    await this.read();
  }

  /** Removes a key that never came into use. */
  async remove(thumbprint: string): Promise<void> {
    const other = this.others.get(thumbprint);
    if (other) await rm(other.file, { force: true });
    this.others.delete(thumbprint);
  }

  /** Another replica may have added some. */
  async read(): Promise<void> {
    const directory = join(this.directory, OTHERS);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    this.others.clear();
    for (const name of await readdir(directory)) {
      if (!name.endsWith('.json')) continue;
      const file = join(directory, name);
      const key = await SigningKey.load(file);
      this.others.set(key.thumbprint, { key, file });
    }
  }
}

const OWN = 'landlord-key.json';
const OTHERS = 'landlord-keys';
