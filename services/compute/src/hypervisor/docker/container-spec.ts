import type Docker from 'dockerode';
import type { InstanceSpec } from '../hypervisor.js';
import { EngineNames, LANDLORD_LABEL, PROJECT_LABEL, SERVER_LABEL } from './names.js';

const MIB = 1024 * 1024;

/**
 * What an init and an SSH server need inside, and nothing that reaches the host: no SYS_ADMIN, MKNOD, NET_ADMIN, and no
 * NET_RAW, which would let one server pose as another on their network.
 */
const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SYS_CHROOT',
  'NET_BIND_SERVICE',
  'AUDIT_WRITE',
];

const PIDS_PER_VCPU = 512;

function networking(instance: InstanceSpec, names: EngineNames): Partial<Docker.ContainerCreateOptions> {
  if (instance.network === null) return { NetworkDisabled: true };
  const { id, address, mac } = instance.network;
  return {
    MacAddress: mac,
    NetworkingConfig: {
      EndpointsConfig: { [names.network(id)]: { IPAMConfig: { IPv4Address: address }, MacAddress: mac } },
    },
  };
}

/**
 * Where volumes appear: the place itself is read-only, what is mounted below it later is as it was mounted. Engines from
 * API 1.44 on would make read-only also what is mounted there already when the container starts.
 */
export function volumesMount(directory: string): Docker.MountSettings {
  const options = { Propagation: 'rslave', NonRecursive: false, ReadOnlyNonRecursive: true } as const;
  return { Type: 'bind', Source: directory, Target: '/volumes', ReadOnly: true, BindOptions: options };
}

/** The container of one server. */
export function containerSpec(
  instance: InstanceSpec,
  names: EngineNames,
  limitsDisk: boolean,
): Docker.ContainerCreateOptions {
  const memory = instance.ram * MIB;
  return {
    name: names.container(instance.id),
    Image: names.image(instance.imageId),
    Hostname: instance.hostname,
    ...(instance.command ? { Entrypoint: [], Cmd: [...instance.command] } : {}),
    Labels: {
      [LANDLORD_LABEL]: names.landlord,
      [SERVER_LABEL]: instance.id,
      [PROJECT_LABEL]: instance.projectId,
    },
    ...networking(instance, names),
    HostConfig: {
      NetworkMode: instance.network === null ? 'none' : names.network(instance.network.id),
      NanoCpus: instance.vcpus * 1e9,
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: instance.vcpus * PIDS_PER_VCPU,
      CapDrop: ['ALL'],
      CapAdd: CAPABILITIES,
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'no' },
      // The console, which tenants may fill: bounded.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      Mounts: [
        volumesMount(instance.volumesDirectory),
        { Type: 'bind', Source: instance.seedDirectory, Target: '/var/lib/cloud/seed/nocloud', ReadOnly: true },
      ],
      ...(limitsDisk ? { StorageOpt: { size: `${instance.disk}G` } } : {}),
    },
  };
}
