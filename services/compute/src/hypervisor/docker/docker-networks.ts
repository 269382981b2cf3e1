import type Docker from 'dockerode';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import type { NetworkSpec } from '../hypervisor.js';
import { engineCall, ignoring } from './engine.js';
import { LANDLORD_LABEL, NETWORK_LABEL, PROJECT_LABEL, type EngineNames } from './names.js';

const DEADLINE_MS = 20_000;

/** One bridge per tenant network; the engine lets no packet pass from one bridge to another. */
export class DockerNetworks {
  private readonly present = new Set<string>();

  constructor(
    private readonly engine: Docker,
    private readonly names: EngineNames,
  ) {}

  /** Conflict when the engine already uses the subnet for something else. */
  async ensure(network: NetworkSpec): Promise<void> {
    if (this.present.has(network.id)) return;
    if (!(await this.list()).includes(network.id)) await this.create(network);
    this.present.add(network.id);
  }

  private async create(network: NetworkSpec): Promise<void> {
    try {
      await engineCall('create the network', DEADLINE_MS, (abortSignal) =>
        this.engine.createNetwork({
          Name: this.names.network(network.id),
          CheckDuplicate: true,
          Driver: 'bridge',
          IPAM: { Driver: 'default', Config: [{ Subnet: network.subnet, Gateway: network.gateway }] },
          Options: { 'com.docker.network.bridge.name': this.names.bridge(network.id) },
          Labels: {
            [LANDLORD_LABEL]: this.names.landlord,
            [NETWORK_LABEL]: network.id,
            [PROJECT_LABEL]: network.projectId,
          },
          abortSignal,
        }),
      );
    } catch (error) {
      const cause = ((error as Error).cause as Error | undefined)?.message ?? '';
      if (/overlap/i.test(cause)) {
        throw new Conflict('The engine uses this subnet already.', { reason: 'subnet_in_use', cause: error });
      }
      if (/already exists/i.test(cause) && (await this.list()).includes(network.id)) return;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    this.present.delete(id);
    await ignoring(
      [NotFound],
      engineCall('remove the network', DEADLINE_MS, async (abortSignal) => {
        try {
          await this.engine.getNetwork(this.names.network(id)).remove({ abortSignal });
        } catch (error) {
          // The engine says 403 of a network that has endpoints.
          if ((error as { statusCode?: number }).statusCode === 403) throw new Conflict('The network is in use.');
          throw error;
        }
      }),
    );
  }

  async list(): Promise<string[]> {
    const networks = await engineCall('list networks', DEADLINE_MS, (abortSignal) =>
      this.engine.listNetworks({ filters: this.names.ours(), abortSignal }),
    );
    return networks.flatMap((network) => network.Labels?.[NETWORK_LABEL] ?? []);
  }

  forget(): void {
    this.present.clear();
  }
}
