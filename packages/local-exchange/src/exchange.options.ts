import type { NetworkPools } from './exchange.landlords.js';
import type { ServiceName } from './layout.js';
import type { Ports } from './ports.js';
import type { Tls } from './supervisor/service-process.js';
import type { Terminal } from './terminal.js';

export interface ExchangeOptions {
  /** Everything the exchange writes is below it. */
  readonly directory: string;
  readonly ports: Ports;
  readonly dockerHost?: string;
  /** CIDRs of the tenants' networks; two exchanges at one engine need different ones. */
  readonly networkPools?: NetworkPools;
  /** Image of the helper containers that mount volumes; by default set-up's, or none as root. */
  readonly mountHelper?: string | undefined;
  readonly tls?: Tls;
  readonly terminal?: Terminal;
  readonly logLevel?: string;
  /** Variables for single services, on top of their own. */
  readonly overrides?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
}
