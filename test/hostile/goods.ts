import { join } from 'node:path';
import { until } from '@ocx/local-exchange/polling';
import { SecureShell } from '@ocx/local-exchange/tour/secure-shell';
import { expect } from 'vitest';
import { z } from 'zod';
import { COMPUTE } from '../e2e/careless-tenant.js';
import type { TestTenant } from '../test-exchange.js';
import type { World } from './world.js';

const Created = z.object({ server: z.object({ id: z.string() }) });

/** What the tenants have: something to lose. */
export interface Goods {
  /** The victim's, at harvard. */
  readonly server: string;
  /** The victim's, at granite. */
  readonly volume: string;
  /** The victim's container and object, at bluestone. */
  readonly object: string;
  readonly image: string;
}

export async function victimsGoods(victim: TestTenant, directory: string): Promise<Goods> {
  const { tenant } = victim;
  const shell = await SecureShell.create(join(directory, 'ssh'));
  await tenant.importKeyPair('laptop', shell.publicKey);
  const image = await tenant.imageNamed('demonstration');
  const order = { name: 'kept', flavor: 'm1.tiny', image, keyName: 'laptop', zone: 'harvard' };
  const [server, volume] = await Promise.all([
    tenant.createServer(order),
    tenant.createVolume('kept', 1, 'granite'),
    tenant.createContainer('kept', 'standard@bluestone'),
  ]);
  await tenant.putObject('kept', 'object', Buffer.from('content'));
  return { server: server.id, volume: volume.id, object: 'kept/object', image };
}

/** A tenant who chose a landlord of bad character, and what it rents there. */
export class Customer {
  constructor(
    private readonly world: World,
    private readonly tenant: TestTenant = world.customer,
  ) {}

  /** Nova of one landlord's region. */
  nova(landlord = 'evil'): string {
    return `${this.world.seen.urls.broker}/regions/${landlord}/compute/v2.1`;
  }

  async server(name: string, landlord = 'evil', more: object = {}): Promise<string> {
    const server = { name, imageRef: this.world.goods.image, flavorRef: 'm1.tiny', networks: 'auto', ...more };
    return (await this.tenant.session.post(Created, `${this.nova(landlord)}/servers`, { server }, COMPUTE)).server.id;
  }

  /** The same, when it runs. */
  async running(name: string, landlord: string, more: object = {}): Promise<string> {
    const id = await this.server(name, landlord, more);
    const status = async () => (await this.tenant.tenant.server(id)).status;
    await until(`server ${name}`, status, (now) => now === 'ACTIVE', 60_000);
    return id;
  }

  async end(id: string, landlord = 'evil'): Promise<void> {
    await this.tenant.session.call({ method: 'DELETE', url: `${this.nova(landlord)}/servers/${id}`, headers: COMPUTE });
  }

  /** The lease of a server at the evil landlord, as that landlord has it. */
  leaseOf(serverId: string) {
    const leases = [...this.world.evil.double.leases.values()];
    const lease = leases.find(({ document }) => document.resource.id === serverId);
    if (!lease) throw new Error('There is no lease for this server.');
    return lease;
  }

  /** As the tenant is shown it; the broker settles what it is told of it first. */
  async lease(id: string): Promise<{ state: string; cost: string }> {
    const Shown = z.object({ lease: z.object({ state: z.string(), cost: z.string() }) });
    const url = `${this.world.seen.urls.broker}/exchange/v1/leases/${id}`;
    return (await this.tenant.session.get(Shown, url)).lease;
  }

  /** What the broker dropped of this landlord's answers, by what was wrong with them. */
  async dropped(landlord = 'evil'): Promise<Record<string, number>> {
    const Dropped = z.object({ dropped: z.record(z.string(), z.number()) });
    const { urls, operator } = this.world.seen;
    const url = `${urls.broker}/exchange/v1/landlords/${this.world.idOf(landlord)}/misbehaviour`;
    return (await operator.session.get(Dropped, url)).dropped;
  }

  /** Expects that something of this kind was dropped meanwhile. */
  async counts(what: string, act: () => Promise<void>, landlord = 'evil'): Promise<void> {
    const before = (await this.dropped(landlord))[what] ?? 0;
    await act();
    await expect
      .poll(async () => (await this.dropped(landlord))[what] ?? 0, { timeout: 10_000, message: what })
      .toBeGreaterThan(before);
  }
}
