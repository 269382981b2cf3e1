import { type DynamicModule, Module } from '@nestjs/common';
import { ContainerMountHost } from './mount-host/container/container-mount-host.js';
import { DirectMountHost } from './mount-host/direct/direct-mount-host.js';
import { MountHost } from './mount-host/mount-host.js';
import { NbdVolumeConnector } from './nbd/nbd-volume-connector.js';
import { serversDirectoryOf, type VolumeConnectorConfig } from './volume-connector.config.js';
import { VolumeConnector } from './volume-connector.js';

export interface VolumeConnectorModuleOptions {
  readonly config: VolumeConnectorConfig;
  /** On the engine's host. The connector's records and servers' volume directories lie below it. */
  readonly volumesRoot: string;
  /** Labels of what this landlord makes on the engine; the helper container carries them. */
  readonly labels: Readonly<Record<string, string>>;
}

function mountHost({ config, volumesRoot, labels }: VolumeConnectorModuleOptions): MountHost {
  if (config.OCX_MOUNT_HELPER === undefined) return new DirectMountHost();
  return new ContainerMountHost({
    image: config.OCX_MOUNT_HELPER,
    network: config.OCX_MOUNT_HELPER_NETWORK,
    sharedDirectory: volumesRoot,
    labels,
  });
}

/** The only importer of connector drivers. */
@Module({})
export class VolumeConnectorModule {
  static register(options: VolumeConnectorModuleOptions): DynamicModule {
    const useFactory = (host: MountHost) =>
      new NbdVolumeConnector(host, {
        stateDirectory: `${options.volumesRoot}/attachments`,
        serversDirectory: serversDirectoryOf(options.volumesRoot),
        form: options.config.OCX_VOLUME_ATTACH_MODE,
      });
    return {
      module: VolumeConnectorModule,
      providers: [
        { provide: MountHost, useFactory: () => mountHost(options) },
        { provide: VolumeConnector, inject: [MountHost], useFactory },
      ],
      exports: [MountHost, VolumeConnector],
    };
  }
}
