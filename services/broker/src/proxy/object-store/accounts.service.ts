import { Injectable, Logger } from '@nestjs/common';
import { AccountListing, type ContainerEntry } from '@ocx/openstack-api/object-store/listings';
import type { Principal } from '@ocx/service-kit/principal';
import { ContainersRepository, type SeenContainer } from '../../inventory/containers.repository.js';
import type { Landlord } from '../../landlords/landlord.js';
import { fanOut } from '../fan-out.js';
import { LandlordGateway, READ } from '../landlord-gateway.js';
import { ProxySettings } from '../proxy-settings.js';
import type { Region } from '../regions/region.js';
import { ObjectAccounts } from './object-accounts.service.js';

const PAGE = 10_000;
const MAX_PAGES = 10;
const swiftTime = (date: Date) => date.toISOString().replace('Z', '000');

export interface AccountView {
  readonly containers: ContainerEntry[];
  readonly objectCount: number;
  readonly bytes: number;
  readonly silent: readonly Landlord[];
}

function lastSeen({ name, objectCount, bytesUsed, createdAt }: SeenContainer): ContainerEntry {
  return { name, count: objectCount, bytes: bytesUsed, last_modified: swiftTime(createdAt) };
}

/** A project's account: what every storage landlord holds of it, as one. */
@Injectable()
export class AccountsService {
  private readonly log = new Logger(AccountsService.name);

  constructor(
    private readonly objectAccounts: ObjectAccounts,
    private readonly containers: ContainersRepository,
    private readonly gateway: LandlordGateway,
    private readonly settings: ProxySettings,
  ) {}

  /** Every container. One that the index does not place at the landlord that shows it is dropped and counted. */
  async view(caller: Principal, region: Region): Promise<AccountView> {
    const index = await this.containers.list(caller.projectId ?? '');
    const held = new Map(index.map((container) => [container.name, container.landlordId]));
    const landlords = (await this.objectAccounts.list(caller.projectId ?? '', region)).map(({ landlord }) => landlord);
    const { answers, silent } = await fanOut(landlords, this.settings.landlordDeadlineMs, async (landlord) =>
      (await this.ask(caller, landlord)).filter(({ name }) => {
        if (held.get(name) === landlord.id) return true;
        this.gateway.dropped(landlord, 'foreign_container');
        return false;
      }),
    );
    for (const { landlord, result } of answers) this.note(landlord, result, index);
    const quiet = new Set(silent.map(({ id }) => id));
    const unseen = index.filter(({ landlordId }) => quiet.has(landlordId)).map(lastSeen);
    const containers = [...answers.flatMap(({ result }) => result), ...unseen];
    return {
      containers,
      objectCount: containers.reduce((sum, { count }) => sum + count, 0),
      bytes: containers.reduce((sum, { bytes }) => sum + bytes, 0),
      silent,
    };
  }

  // After the answer has gone out: a tenant never waits for the index.
  private note(landlord: Landlord, entries: readonly ContainerEntry[], index: readonly SeenContainer[]): void {
    const known = new Map(index.map((container) => [container.name, container]));
    const changed = entries.filter(({ name, count, bytes }) => {
      const before = known.get(name);
      return before !== undefined && (before.objectCount !== count || before.bytesUsed !== bytes);
    });
    const [first] = index;
    if (changed.length === 0 || !first) return;
    const uses = changed.map(({ name, count, bytes }) => ({ name, objectCount: count, bytesUsed: bytes }));
    this.containers.see(first.projectId, landlord.id, uses).catch((error: unknown) => {
      this.log.warn(`the index could not be written: ${error instanceof Error ? error.message : 'unknown'}`);
    });
  }

  private async ask(caller: Principal, landlord: Landlord): Promise<ContainerEntry[]> {
    const path = `/v1/AUTH_${caller.projectId ?? ''}?format=json&limit=${String(PAGE)}`;
    const all: ContainerEntry[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const last = all.at(-1);
      const { status, body } = await this.gateway.call(caller, landlord, READ, {
        method: 'GET',
        path: last === undefined ? path : `${path}&marker=${encodeURIComponent(last.name)}`,
        schema: AccountListing,
      });
      const entries = status === 204 ? [] : body.flatMap((entry) => ('subdir' in entry ? [] : [entry]));
      all.push(...entries);
      if (entries.length < PAGE) break;
    }
    return all;
  }
}
