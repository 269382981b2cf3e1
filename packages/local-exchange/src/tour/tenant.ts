import { z } from 'zod';
import { ApiError } from '../api/http.js';
import { COMBINED_REGION, type Session } from '../api/session.js';
import { until } from '../polling.js';

/** The microversion the tour speaks: the server's description, tags and flavor stand in the answer. */
const COMPUTE = { 'openstack-api-version': 'compute 2.79' };

const BUILD_DEADLINE_MS = 60_000;
const ATTACH_DEADLINE_MS = 60_000;
const DELETE_DEADLINE_MS = 30_000;

const Created = z.object({ id: z.string() });
const Address = z.object({ addr: z.string(), version: z.number() });
const Server = z.object({
  id: z.string(),
  /** Missing, as in Nova, while the landlord does not answer: then the status is UNKNOWN. */
  name: z.string().default(''),
  status: z.string(),
  addresses: z.record(z.string(), z.array(Address)).default({}),
  'OS-EXT-AZ:availability_zone': z.string().nullish(),
  fault: z.object({ message: z.string() }).nullish(),
});
export type Server = z.infer<typeof Server>;

const Volume = z.object({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  size: z.number(),
  availability_zone: z.string().nullish(),
});
export type Volume = z.infer<typeof Volume>;

const Image = z.object({ id: z.string(), name: z.string().nullish() });
const Attachment = z.object({ volumeAttachment: z.object({ volumeId: z.string(), device: z.string().nullish() }) });

export interface ServerOrder {
  readonly name: string;
  readonly flavor: string;
  readonly image: string;
  readonly keyName: string;
  /** A landlord; undefined: the best offer. */
  readonly zone?: string;
  readonly userData?: string;
}

/** A tenant and its token: nothing here is more than what stock clients do over the same public APIs. */
export class Tenant {
  constructor(readonly session: Session) {}

  private get nova(): string {
    return this.session.endpoint('compute', COMBINED_REGION);
  }

  private get cinder(): string {
    return this.session.endpoint('volumev3', COMBINED_REGION);
  }

  private get swift(): string {
    return this.session.endpoint('object-store', COMBINED_REGION);
  }

  async imageNamed(name: string): Promise<string> {
    const url = `${this.session.endpoint('image', COMBINED_REGION)}/v2/images?name=${encodeURIComponent(name)}`;
    const { images } = await this.session.get(z.object({ images: z.array(Image) }), url);
    const image = images[0];
    if (image === undefined) throw new Error(`There is no image "${name}".`);
    return image.id;
  }

  async importKeyPair(name: string, publicKey: string): Promise<void> {
    await this.ignoreMissing(
      this.session.call({ method: 'DELETE', url: `${this.nova}/os-keypairs/${name}`, headers: COMPUTE }),
    );
    const keypair = { name, type: 'ssh', public_key: publicKey };
    await this.session.post(z.unknown(), `${this.nova}/os-keypairs`, { keypair }, COMPUTE);
  }

  async deleteKeyPair(name: string): Promise<void> {
    await this.ignoreMissing(
      this.session.call({ method: 'DELETE', url: `${this.nova}/os-keypairs/${name}`, headers: COMPUTE }),
    );
  }

  /** Orders a server and waits until it runs. */
  async createServer(order: ServerOrder): Promise<Server> {
    const server = {
      name: order.name,
      imageRef: order.image,
      flavorRef: order.flavor,
      key_name: order.keyName,
      networks: 'auto',
      ...(order.zone === undefined ? {} : { availability_zone: order.zone }),
      ...(order.userData === undefined ? {} : { user_data: Buffer.from(order.userData).toString('base64') }),
    };
    const { id } = (await this.session.post(z.object({ server: Created }), `${this.nova}/servers`, { server }, COMPUTE))
      .server;
    const settled = (one: Server) => one.status !== 'BUILD';
    const describe = ({ status }: Server) => status;
    const built = await until(`server ${order.name}`, () => this.server(id), settled, BUILD_DEADLINE_MS, describe);
    if (built.status !== 'ACTIVE')
      throw new Error(`Server ${order.name} is ${built.status}: ${built.fault?.message ?? 'no reason given'}`);
    return built;
  }

  async server(id: string): Promise<Server> {
    return (await this.session.get(z.object({ server: Server }), `${this.nova}/servers/${id}`, COMPUTE)).server;
  }

  async servers(): Promise<Server[]> {
    return (await this.session.get(z.object({ servers: z.array(Server) }), `${this.nova}/servers/detail`, COMPUTE))
      .servers;
  }

  async consoleOf(id: string): Promise<string> {
    const action = { 'os-getConsoleOutput': { length: 40 } };
    const answer = z.object({ output: z.string() });
    return (await this.session.post(answer, `${this.nova}/servers/${id}/action`, action, COMPUTE)).output;
  }

  async deleteServer(id: string): Promise<void> {
    await this.ignoreMissing(
      this.session.call({ method: 'DELETE', url: `${this.nova}/servers/${id}`, headers: COMPUTE }),
    );
    const gone = async () => (await this.session.find(z.unknown(), `${this.nova}/servers/${id}`)) === undefined;
    await until(`server ${id} is gone`, gone, Boolean, DELETE_DEADLINE_MS);
  }

  async createVolume(name: string, gib: number, zone: string): Promise<Volume> {
    const volume = { name, size: gib, availability_zone: zone };
    const { id } = (await this.session.post(z.object({ volume: Created }), `${this.cinder}/volumes`, { volume }))
      .volume;
    return this.volumeReaches(id, 'available');
  }

  async volume(id: string): Promise<Volume> {
    return (await this.session.get(z.object({ volume: Volume }), `${this.cinder}/volumes/${id}`)).volume;
  }

  async volumes(): Promise<Volume[]> {
    return (await this.session.get(z.object({ volumes: z.array(Volume) }), `${this.cinder}/volumes/detail`)).volumes;
  }

  /** Attaches and waits until the volume is in the server. Gives the device's name there, such as `vdb`. */
  async attach(serverId: string, volumeId: string): Promise<string> {
    const url = `${this.nova}/servers/${serverId}/os-volume_attachments`;
    const made = await this.session.post(Attachment, url, { volumeAttachment: { volumeId } }, COMPUTE);
    await this.volumeReaches(volumeId, 'in-use');
    const device = made.volumeAttachment.device ?? '/dev/vdb';
    return device.replace(/^\/dev\//, '');
  }

  async detach(serverId: string, volumeId: string): Promise<void> {
    const url = `${this.nova}/servers/${serverId}/os-volume_attachments/${volumeId}`;
    await this.session.call({ method: 'DELETE', url, headers: COMPUTE });
    const gone = async () => (await this.session.find(z.unknown(), url)) === undefined;
    await until(`volume ${volumeId} is detached`, gone, Boolean, ATTACH_DEADLINE_MS);
    await this.volumeReaches(volumeId, 'available');
  }

  async deleteVolume(id: string): Promise<void> {
    await this.ignoreMissing(this.session.call({ method: 'DELETE', url: `${this.cinder}/volumes/${id}` }));
    const gone = async () => (await this.session.find(z.unknown(), `${this.cinder}/volumes/${id}`)) === undefined;
    await until(`volume ${id} is gone`, gone, Boolean, DELETE_DEADLINE_MS);
  }

  async deleteVolumeWhenFree(id: string): Promise<void> {
    const busy = new Set(['in-use', 'detaching', 'attaching', 'reserved']);
    const free = (one: Volume) => !busy.has(one.status);
    await until(
      `volume ${id} is free`,
      () => this.volume(id),
      free,
      ATTACH_DEADLINE_MS,
      (one) => one.status,
    );
    await this.deleteVolume(id);
  }

  async createContainer(name: string, policy: string): Promise<void> {
    await this.session.call({ method: 'PUT', url: `${this.swift}/${name}`, headers: { 'x-storage-policy': policy } });
  }

  /** Gives the Etag: the MD5 of what the landlord wrote. */
  async putObject(container: string, name: string, body: Buffer): Promise<string> {
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await this.session.call({ method: 'PUT', url: `${this.swift}/${container}/${name}`, body, headers });
    return (answer.headers['etag'] ?? '').replaceAll('"', '');
  }

  async getObject(container: string, name: string): Promise<Buffer> {
    return (await this.session.call({ url: `${this.swift}/${container}/${name}`, headers: { accept: '*/*' } })).body;
  }

  async policyOf(container: string): Promise<string> {
    const answer = await this.session.call({ method: 'HEAD', url: `${this.swift}/${container}` });
    return answer.headers['x-storage-policy'] ?? '';
  }

  async containers(): Promise<{ name: string; count: number; bytes: number }[]> {
    const Listing = z.array(z.object({ name: z.string(), count: z.number(), bytes: z.number() }));
    return this.session.get(Listing, `${this.swift}?format=json`);
  }

  /** With everything in it. */
  async deleteContainer(name: string): Promise<void> {
    const Listing = z.array(z.object({ name: z.string() }));
    const objects = await this.session.find(Listing, `${this.swift}/${name}?format=json`);
    if (objects === undefined) return;
    for (const object of objects) {
      await this.ignoreMissing(this.session.call({ method: 'DELETE', url: `${this.swift}/${name}/${object.name}` }));
    }
    await this.ignoreMissing(this.session.call({ method: 'DELETE', url: `${this.swift}/${name}` }));
  }

  private volumeReaches(id: string, status: string): Promise<Volume> {
    const settled = (one: Volume) => one.status === status || one.status.startsWith('error');
    return until(
      `volume ${id} is ${status}`,
      () => this.volume(id),
      settled,
      ATTACH_DEADLINE_MS,
      (v) => v.status,
    ).then((volume) => {
      if (volume.status !== status) throw new Error(`Volume ${id} is ${volume.status}.`);
      return volume;
    });
  }

  private async ignoreMissing(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
}

export function addressOf(server: Server): string {
  const address = Object.values(server.addresses)
    .flat()
    .find(({ version }) => version === 4);
  if (address === undefined) throw new Error(`Server ${server.name} has no IPv4 address.`);
  return address.addr;
}

export function landlordOf(resource: Server | Volume): string {
  const zone = 'size' in resource ? resource.availability_zone : resource['OS-EXT-AZ:availability_zone'];
  return zone ?? 'unknown';
}
