import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The address is one that a party from outside may not make us call. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

type Rule = (address: ipaddr.IPv4 | ipaddr.IPv6, host: string, port: number) => boolean;

function parseRule(rule: string): Rule {
  if (rule.includes('/')) {
    const [network, bits] = ipaddr.parseCIDR(rule);
    return (address) => address.kind() === network.kind() && address.match([network, bits] as [ipaddr.IPv4, number]);
  }
  const range = /^(.+):(\d{1,5})-(\d{1,5})$/.exec(rule);
  const url = new URL(`http://${range?.[1] ?? rule}`);
  const first = Number(range?.[2] ?? (url.port || 80));
  const last = Number(range?.[3] ?? first);
  return (_address, host, port) => host === url.hostname && port >= first && port <= last;
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

async function addressesOf(url: URL): Promise<string[]> {
  const host = hostOf(url);
  return isIP(host) ? [host] : (await lookup(host, { all: true })).map((entry) => entry.address);
}

const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

/**
 * Decides which addresses may be called on another party's word. Public unicast addresses are allowed; loopback,
 * private, link-local and every other special range only where the operator lists them, as `host:port`,
 * `host:first-last` or CIDR.
 */
export class AddressPolicy {
  private readonly rules: Rule[];

  /** Throws when a rule is none. */
  constructor(allowed: readonly string[] = []) {
    this.rules = allowed.map(parseRule);
  }

  /** Resolves the URL's host once and returns the address to connect to, or throws {@link AddressRefused}. */
  async resolve(url: URL): Promise<string> {
    const addresses = await addressesOf(url);
    return first(url, addresses, (address) => isPublic(address) || this.lists(address, url));
  }

  /**
   * The same for an address that the party at `party` told us: besides, it must be one of that party's own addresses or
   * listed. So nobody can make us connect to a third party.
   */
  async resolveOwn(url: URL, party: URL): Promise<string> {
    const [addresses, own] = await Promise.all([addressesOf(url), addressesOf(party)]);
    const normal = new Set(own.map((address) => ipaddr.process(address).toString()));
    return first(url, addresses, (address) => {
      const isOwn = normal.has(ipaddr.process(address).toString());
      return (isOwn && isPublic(address)) || this.lists(address, url);
    });
  }

  private lists(address: string, url: URL): boolean {
    return this.rules.some((rule) => rule(ipaddr.process(address), url.hostname, portOf(url)));
  }
}

const isPublic = (address: string): boolean => ipaddr.process(address).range() === 'unicast';

function first(url: URL, addresses: readonly string[], allowed: (address: string) => boolean): string {
  const [address] = addresses;
  if (address === undefined || !addresses.every(allowed)) {
    throw new AddressRefused(`Address ${url.hostname}:${portOf(url)} is not one this service may call.`);
  }
  return address;
}
