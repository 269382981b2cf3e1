import { InvalidInput } from '@ocx/service-kit/errors';

/** IPv4 arithmetic for the pool of tenant networks. Addresses are unsigned 32-bit numbers. */
export interface Subnet {
  readonly base: number;
  readonly prefix: number;
}

export function parseCidr(cidr: string): Subnet {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const numbers = match?.slice(1).map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = numbers;
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 30) throw new InvalidInput(`${cidr} is no IPv4 subnet.`);
  const address = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return { base: (address & mask) >>> 0, prefix };
}

export const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

export const formatCidr = (subnet: Subnet): string => `${formatAddress(subnet.base)}/${subnet.prefix}`;

/** How many subnets of `prefix` a pool has. */
export const subnetCount = (pool: Subnet, prefix: number): number =>
  prefix < pool.prefix ? 0 : 2 ** (prefix - pool.prefix);

export const subnetAt = (pool: Subnet, prefix: number, index: number): Subnet => ({
  base: (pool.base + index * 2 ** (32 - prefix)) >>> 0,
  prefix,
});

/** The host's own address: the first of the subnet. */
export const gatewayOf = (subnet: Subnet): string => formatAddress(subnet.base + 1);

/** First and last address a server may have. */
export const hostRange = (subnet: Subnet): { first: number; last: number } => ({
  first: subnet.base + 2,
  last: subnet.base + 2 ** (32 - subnet.prefix) - 2,
});

/** A locally administered MAC address that follows from the address, so that it needs no book-keeping. */
export const macFor = (address: number): string =>
  ['02', '42', ...[24, 16, 8, 0].map((shift) => ((address >>> shift) & 255).toString(16).padStart(2, '0'))].join(':');
