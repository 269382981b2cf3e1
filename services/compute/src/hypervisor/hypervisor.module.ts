import { type DynamicModule, Module } from '@nestjs/common';
import type { ComputeSettings } from '../compute.config.js';
import { MountHost } from '../volume-attachments/connector/mount-host/mount-host.js';
import { DockerHypervisor } from './docker/docker-hypervisor.js';
import { openEngine } from './docker/engine.js';
import { HostFirewall } from './docker/host-firewall.js';
import { EngineNames } from './docker/names.js';
import { Hypervisor } from './hypervisor.js';

/** The only importer of hypervisor drivers. */
@Module({})
export class HypervisorModule {
  static register(settings: ComputeSettings, label: string, connector: DynamicModule): DynamicModule {
    const names = new EngineNames(label);
    const useFactory = (host: MountHost) =>
      new DockerHypervisor(openEngine(settings.DOCKER_HOST), names, new HostFirewall(host, names.bridgePrefix));
    return {
      module: HypervisorModule,
      imports: [connector],
      providers: [{ provide: Hypervisor, inject: [MountHost], useFactory }],
      exports: [Hypervisor],
    };
  }
}
