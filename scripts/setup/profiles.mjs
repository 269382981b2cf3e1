import { existsSync } from 'node:fs';
import path from 'node:path';
import { isRoot } from './debian-packages.mjs';
import { mountHelperFile, stateDirectory } from './paths.mjs';
import { SetupStopped } from './report.mjs';

const VOLUME_ATTACH = [
  { name: 'nbdkit', programs: ['nbdkit'] },
  { name: 'qemu-system-common', programs: ['qemu-storage-daemon'] },
  { name: 'gnutls-bin', programs: ['psktool'] },
  { name: 'e2fsprogs', programs: ['mkfs.ext4', 'fsck.ext4'] },
];

const PHP = [
  { name: 'php-cli', programs: ['php'] },
  { name: 'php-xml', phpModule: 'dom' },
  { name: 'php-mbstring', phpModule: 'mbstring' },
];

const SSH = [{ name: 'openssh-client', programs: ['ssh', 'ssh-keygen'] }];

const OPENSTACK = [{ name: 'python3-openstackclient', programs: ['openstack'] }];

/** Every client the conformance tests run. */
const ALL_CLIENTS = [
  ...OPENSTACK,
  { name: 'python3-novaclient', programs: ['nova'] },
  { name: 'python3-cinderclient', programs: ['cinder'] },
  { name: 'python3-glanceclient', programs: ['glance'] },
  { name: 'python3-swiftclient', programs: ['swift'] },
  { name: 'rclone', programs: ['rclone'] },
  { name: 'curl', programs: ['curl'] },
  { name: 'jq', programs: ['jq'] },
];

/** In which the tests log in as a person does. */
const BROWSER = [{ name: 'chromium', programs: ['chromium'] }];

/** Debian's compose, and what makes a base image where no registry answers. */
const COMPOSE = [
  { name: 'docker-compose', programs: ['docker-compose'] },
  { name: 'mmdebstrap', programs: ['mmdebstrap'] },
];

const IDENTITY_PROVIDER = ['simplesamlphp'];

/** What the demonstration image is made of: a shell, an SSH server, and the libraries that server is linked with. */
const DEMONSTRATION_IMAGE = [
  'busybox-static',
  'dropbear-bin',
  'libtomcrypt1',
  'libtommath1',
  'libgmp10',
  'libcrypt1',
  'zlib1g',
  'libc6',
];

/** Root mounts volumes itself; anybody else has a container do it. */
const mountHelper = !isRoot && !process.env.OCX_MOUNT_HELPER;

const EXCHANGE = {
  packages: [...VOLUME_ATTACH, ...PHP, ...SSH],
  archives: [...IDENTITY_PROVIDER, ...DEMONSTRATION_IMAGE],
  engine: true,
  mountHelper,
  postgres: true,
};

const PROFILES = {
  start: { ...EXCHANGE, packages: [...EXCHANGE.packages, ...OPENSTACK] },
  // Root's tests play the other user.
  test: { ...EXCHANGE, packages: [...EXCHANGE.packages, ...ALL_CLIENTS, ...BROWSER], mountHelper: true },
  bench: EXCHANGE,
  compose: { ...EXCHANGE, packages: [...EXCHANGE.packages, ...COMPOSE], mountHelper: false },
  check: { packages: [], archives: [], engine: false, mountHelper: false, postgres: false },
};

/** A rented container, an image, and another user's mounts can only be removed through the engine. */
function cleanProfile() {
  const exchangeRan = existsSync(path.join(stateDirectory, 'exchange.json'));
  const engine = exchangeRan || existsSync(mountHelperFile);
  return { packages: [], archives: [], engine, mountHelper: mountHelper && exchangeRan, postgres: false };
}

export function profileNamed(name) {
  if (name === 'clean') return { name, ...cleanProfile() };
  if (!Object.hasOwn(PROFILES, name)) {
    throw new SetupStopped(`unknown profile "${name}"; known: ${[...Object.keys(PROFILES), 'clean'].join(', ')}`);
  }
  return { name, ...PROFILES[name] };
}
