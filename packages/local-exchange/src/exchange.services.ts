import { LANDLORDS, type LandlordName } from './layout.js';
import { EXPORT_PORTS_PER_LANDLORD, type Ports } from './ports.js';
import type { ServicePlan } from './supervisor/service-process.js';

/** Where keystoneauth's browser login listens by default; identity hands tokens to no other page. */
export const TRUSTED_ORIGIN = 'http://localhost:9990/auth/websso/';

export interface ExchangeUrls {
  /** Ends in /v3. */
  readonly identity: string;
  readonly broker: string;
  readonly objects: string;
  readonly landlords: Readonly<Record<LandlordName, string>>;
}

export function urlsOf(ports: Ports, scheme: 'http' | 'https'): ExchangeUrls {
  const at = (port: number) => `${scheme}://127.0.0.1:${String(port)}`;
  return {
    identity: `${at(ports.identity)}/v3`,
    broker: at(ports.broker),
    objects: at(ports.objects),
    landlords: Object.fromEntries(LANDLORDS.map((name) => [name, at(ports[name])])) as Record<LandlordName, string>,
  };
}

interface IdentityInput {
  readonly ports: Ports;
  readonly urls: ExchangeUrls;
  readonly adminPasswordFile: string;
  /** The broker's one-time code at identity. */
  readonly enrolmentCode: string;
}

const withoutVersion = (identityUrl: string) => identityUrl.replace(/\/v3$/, '');

export function identityPlan({ ports, urls, adminPasswordFile, enrolmentCode }: IdentityInput): ServicePlan {
  return {
    name: 'identity',
    kind: 'identity',
    port: ports.identity,
    publicUrl: withoutVersion(urls.identity),
    env: {
      OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE: adminPasswordFile,
      OCX_BROKER_ENROLMENT_CODE: enrolmentCode,
      OCX_TRUSTED_DASHBOARDS: TRUSTED_ORIGIN,
      // As in a Keystone as it comes: OpenStack's own tests make administrators on projects of their own.
      OCX_EVERY_PROJECT_IS_ADMIN_PROJECT: 'true',
    },
  };
}

export function brokerPlan({ ports, urls, enrolmentCode }: Omit<IdentityInput, 'adminPasswordFile'>): ServicePlan {
  return {
    name: 'broker',
    kind: 'broker',
    port: ports.broker,
    publicUrl: urls.broker,
    env: {
      OCX_OBJECT_PORT: String(ports.objects),
      OCX_OBJECT_PUBLIC_URL: urls.objects,
      OCX_IDENTITY_URL: withoutVersion(urls.identity),
      OCX_IDENTITY_ENROLMENT_CODE: enrolmentCode,
      // Loopback is refused to landlords unless it is listed: these ports and no others.
      OCX_ALLOWED_LANDLORD_ADDRESSES: LANDLORDS.map((name) => `127.0.0.1:${String(ports[name])}`).join(','),
    },
  };
}

export interface LandlordInput {
  readonly name: LandlordName;
  readonly ports: Ports;
  readonly urls: ExchangeUrls;
  readonly configFile: string;
  readonly enrolmentCode: string | undefined;
  readonly dockerHost: string;
  /** Marks its containers, networks and images at the engine. */
  readonly engineLabel: string;
  /** CIDR */
  readonly networkPool: string;
  /** What mounts a compute landlord's volumes, and below which directory, where the service does not do it itself. */
  readonly mounts?: { readonly helper: string; readonly directory: string } | undefined;
}

const STORAGE: readonly LandlordName[] = ['bluestone', 'granite'];

// Loopback is refused to storage landlords unless it is listed: their services and their exports, and no others.
function storageAddresses(ports: Ports): string {
  const addresses = STORAGE.flatMap((name) => [String(ports[name]), exportRange(name, ports)]);
  return addresses.map((address) => `127.0.0.1:${address}`).join(',');
}

function exportRange(name: LandlordName, ports: Ports): string {
  const first = ports.exports + (name === 'granite' ? EXPORT_PORTS_PER_LANDLORD : 0);
  return `${String(first)}-${String(first + EXPORT_PORTS_PER_LANDLORD - 1)}`;
}

export function landlordPlan(input: LandlordInput): ServicePlan {
  const { name, ports, urls, configFile, enrolmentCode } = input;
  const compute = name === 'harvard' || name === 'mit';
  const own: Record<string, string> = compute
    ? {
        DOCKER_HOST: input.dockerHost,
        OCX_ENGINE_LABEL: input.engineLabel,
        OCX_NETWORK_POOL: input.networkPool,
        OCX_ALLOWED_STORAGE_ADDRESSES: storageAddresses(ports),
        OCX_STOP_SERVERS_ON_EXIT: '1',
        ...(input.mounts && { OCX_MOUNT_HELPER: input.mounts.helper, OCX_VOLUMES_DIR: input.mounts.directory }),
      }
    : { OCX_EXPORT_HOST: '127.0.0.1', OCX_EXPORT_PORTS: exportRange(name, ports) };
  return {
    name,
    kind: compute ? 'compute' : 'storage',
    port: ports[name],
    publicUrl: urls.landlords[name],
    env: {
      OCX_LANDLORD_CONFIG: configFile,
      OCX_EXCHANGE_URL: urls.broker,
      ...(enrolmentCode === undefined ? {} : { OCX_ENROLMENT_CODE: enrolmentCode }),
      ...own,
    },
  };
}
