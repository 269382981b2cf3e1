import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DockerHypervisor } from '../src/hypervisor/docker/docker-hypervisor.js';
import { openEngine } from '../src/hypervisor/docker/engine.js';
import { HostFirewall } from '../src/hypervisor/docker/host-firewall.js';
import { EngineNames } from '../src/hypervisor/docker/names.js';
import { FakeHypervisor } from '../src/hypervisor/fake/fake-hypervisor.js';
import { hypervisorContract } from '../src/hypervisor/hypervisor.contract.js';
import { NbdVolumeConnector } from '../src/volume-attachments/connector/nbd/nbd-volume-connector.js';
import { Mounts } from './mounts.js';
import { rootFs } from './root-fs.js';

const subnets = ['10.99.7.0/28', '10.99.7.16/28'] as const;
const gateways = ['10.99.7.1', '10.99.7.17'] as const;
const address = '10.99.7.2';

hypervisorContract('the fake driver', () =>
  Promise.resolve({
    hypervisor: new FakeHypervisor(),
    archive: () => Promise.resolve(Readable.from([Buffer.from('tar')])),
    subnets,
    gateways,
    address,
    directories: () => Promise.resolve({ volumesDirectory: '/volumes', seedDirectory: '/seed' }),
    close: () => Promise.resolve(),
  }),
);

hypervisorContract('the docker driver', async () => {
  const names = new EngineNames(`test-${randomBytes(4).toString('hex')}`);
  const mounts = await Mounts.create();
  const { directory: root } = mounts;
  const host = mounts.host();
  const connector = new NbdVolumeConnector(host, {
    stateDirectory: join(root, 'state'),
    serversDirectory: join(root, 'servers'),
    form: 'mount',
  });
  const archive = await rootFs();
  const made: string[] = [];
  const firewall = new HostFirewall(host, names.bridgePrefix);
  return {
    hypervisor: new DockerHypervisor(
      openEngine(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'),
      names,
      firewall,
    ),
    archive: () => Promise.resolve(Readable.from([archive])),
    subnets,
    gateways,
    address,
    directories: async (id) => {
      const volumesDirectory = join(root, 'servers', id, 'volumes');
      const seedDirectory = join(root, 'servers', id, 'seed');
      await host.makeDirectory(seedDirectory);
      await connector.prepareDirectory(volumesDirectory);
      made.push(volumesDirectory);
      return { volumesDirectory, seedDirectory };
    },
    close: async () => {
      for (const directory of made) await connector.releaseDirectory(directory);
      await connector.release();
      await mounts.remove();
    },
  };
});
