import { readFileSync } from 'node:fs';
import { type DynamicModule, Module } from '@nestjs/common';
import { landlordModule } from '@ocx/landlord-kit/landlord.module';
import { parseLandlordFile } from '@ocx/landlord-kit/offers/landlord-file';
import { COMPUTE_MAX_MICROVERSION, COMPUTE_MIN_MICROVERSION } from '@ocx/openstack-api/compute/microversions';
import { AddressPolicy } from '@ocx/openstack-client/address-policy';
import { HttpClient } from '@ocx/openstack-client/http';
import { formatMicroversion } from '@ocx/service-kit/microversion';
import { COMPUTE_SETTINGS, volumesRootOf, type ComputeSettings } from './compute.config.js';
import { LANDLORD_LABEL } from './hypervisor/docker/names.js';
import { HypervisorModule } from './hypervisor/hypervisor.module.js';
import { VolumeConnectorModule } from './volume-attachments/connector/volume-connector.module.js';

export const CAPACITY_UNITS = ['vcpus', 'ram', 'disk'];

/** What the capabilities stand on: settings, landlord, engine, connector. Import the same object everywhere. */
@Module({})
export class FoundationModule {
  static register(settings: ComputeSettings): { foundation: DynamicModule; landlord: DynamicModule } {
    const landlord = landlordModule({
      config: settings,
      kind: 'compute',
      microversions: {
        min: formatMicroversion(COMPUTE_MIN_MICROVERSION),
        max: formatMicroversion(COMPUTE_MAX_MICROVERSION),
      },
      capacityUnits: CAPACITY_UNITS,
    });
    const label = settings.OCX_ENGINE_LABEL ?? landlordName(settings);
    const connector = VolumeConnectorModule.register({
      config: settings,
      volumesRoot: volumesRootOf(settings),
      labels: { [LANDLORD_LABEL]: label },
    });
    const hypervisor = HypervisorModule.register(settings, label, connector);
    const policy = new AddressPolicy(settings.OCX_ALLOWED_STORAGE_ADDRESSES);
    const foundation: DynamicModule = {
      module: FoundationModule,
      imports: [landlord, connector, hypervisor],
      providers: [
        { provide: COMPUTE_SETTINGS, useValue: settings },
        { provide: AddressPolicy, useValue: policy },
        { provide: HttpClient, useFactory: () => peerClient(settings, policy) },
      ],
      exports: [landlord, connector, hypervisor, COMPUTE_SETTINGS, AddressPolicy, HttpClient],
    };
    return { foundation, landlord };
  }
}

// The name labels everything at the engine, so it is needed before any provider exists.
function landlordName(settings: ComputeSettings): string {
  const text = readFileSync(settings.OCX_LANDLORD_CONFIG, 'utf8');
  return parseLandlordFile(text, { kind: 'compute', capacityUnits: CAPACITY_UNITS }).name;
}

// For storage landlords, whose addresses are other parties' word.
function peerClient({ OCX_CA_FILE: file }: ComputeSettings, policy: AddressPolicy): HttpClient {
  return new HttpClient({ connections: 16, policy, ...(file === undefined ? {} : { ca: readFileSync(file, 'utf8') }) });
}
