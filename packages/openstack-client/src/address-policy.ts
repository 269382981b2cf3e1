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
  const url = new URL(`http://${rule}`);
  const port = Number(url.port || 80);
  return (_address, host, actualPort) => host === url.hostname && port === actualPort;
}

/**
 * Decides which addresses may be called on another party's word. Public unicast addresses are allowed; loopback,
 * private, link-local and every other special range only where the operator lists them, as `host:port` or CIDR.
 */
export class AddressPolicy {
  private readonly rules: Rule[];

  constructor(allowed: readonly string[] = []) {
    this.rules = allowed.map(parseRule);
  }

  /** Resolves the URL's host once and returns the address to connect to, or throws {@link AddressRefused}. */
  async resolve(url: URL): Promise<string> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map((entry) => entry.address);
    const refused = addresses.find((address) => !this.allows(address, url.hostname, port));
    const first = addresses[0];
    if (refused !== undefined || first === undefined) {
      throw new AddressRefused(`Address ${url.hostname}:${port} is not one this service may call.`);
    }
    return first;
  }

  private allows(address: string, host: string, port: number): boolean {
    const parsed = ipaddr.process(address);
    return parsed.range() === 'unicast' || this.rules.some((rule) => rule(parsed, host, port));
  }
}
