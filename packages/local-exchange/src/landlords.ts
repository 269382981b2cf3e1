import { STORAGE_POLICIES, VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import type { LandlordName } from './layout.js';

const HOUR = 3600;
const GIB_HOUR = 1024 ** 3 * HOUR;

/** Micro-credits for an hour of one server of this flavor. */
function server(flavor: string, amount: number) {
  return {
    product: { type: 'server', id: flavor },
    prices: [{ meter: 'server_seconds', relation: 'anyone', amount: String(amount), per: String(HOUR) }],
  };
}

/** Micro-credits for an hour of one GiB of volume, and for an hour of one GiB of objects. */
function storage(volume: number, objects: number) {
  const type = VOLUME_TYPES.map(({ id }) => ({
    product: { type: 'volume', id },
    prices: [{ meter: 'volume_gib_seconds', relation: 'anyone', amount: String(volume), per: String(HOUR) }],
  }));
  const policy = STORAGE_POLICIES.map(({ name }) => ({
    product: { type: 'object-store', id: name },
    prices: [{ meter: 'object_byte_seconds', relation: 'anyone', amount: String(objects), per: String(GIB_HOUR) }],
  }));
  return [...type, ...policy];
}

const everyone = { domains: [], deny_projects: [] };

/** The four landlords of the demonstration: each has its own prices, promises, policy and capacity. */
const FILES: Readonly<Record<LandlordName, object>> = {
  harvard: {
    kind: 'compute',
    description: 'Small servers at a small price',
    sla: { availability: '99.5', provision_seconds: 10 },
    traits: [],
    admission: everyone,
    notice_seconds: 3600,
    capacity: { vcpus: 16, ram: 8192, disk: 100 },
    offers: [server('m1.tiny', 20_000), server('m1.small', 60_000)],
  },
  mit: {
    kind: 'compute',
    description: 'Trusted compute with a better promise',
    sla: { availability: '99.95', provision_seconds: 5 },
    traits: ['TRUSTED_COMPUTE'],
    admission: { domains: ['default'], deny_projects: [] },
    notice_seconds: 86_400,
    capacity: { vcpus: 12, ram: 12_288, disk: 200 },
    offers: [server('m1.tiny', 35_000), server('m1.small', 90_000), server('m1.medium', 240_000)],
  },
  bluestone: {
    kind: 'storage',
    description: 'Volumes and objects, near harvard',
    sla: { availability: '99.9', provision_seconds: 5 },
    traits: [],
    admission: everyone,
    notice_seconds: 3600,
    capacity: { gib: 50 },
    offers: storage(7_200, 3_600),
  },
  granite: {
    kind: 'storage',
    description: 'Dearer storage that promises more',
    sla: { availability: '99.99', provision_seconds: 5 },
    traits: ['LONG_TERM'],
    admission: { domains: ['default'], deny_projects: [] },
    notice_seconds: 86_400,
    capacity: { gib: 40 },
    offers: storage(10_800, 5_400),
  },
};

/** What the landlord's administrator would write: the file that OCX_LANDLORD_CONFIG names. */
export function landlordFile(name: LandlordName): object {
  return { name, region: name, ...FILES[name] };
}
