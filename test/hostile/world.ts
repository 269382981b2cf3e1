import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Exchange } from '@ocx/local-exchange/exchange';
import { LANDLORDS, type LandlordName, type ServiceName } from '@ocx/local-exchange/layout';
import { until } from '@ocx/local-exchange/polling';
import { removeExchange } from '@ocx/local-exchange/removal';
import { VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { expect } from 'vitest';
import { z } from 'zod';
import { holdingsOf } from '../e2e/holdings.js';
import { type RawAnswer, type RawRequest, send } from '../e2e/raw-http.js';
import { ExchangeUnderTest, HOSTILE_NETWORK_POOLS, HOSTILE_PORTS, type TestTenant } from '../test-exchange.js';
import { EvilLandlord } from './evil-landlord.js';
import { type Goods, victimsGoods } from './goods.js';
import { ServiceLog } from './service-log.js';

const EVIL_PORTS = { evil: HOSTILE_PORTS.harvard + 40, accomplice: HOSTILE_PORTS.harvard + 41 };
/** A port that the operator lists and at which nobody listens. */
export const DEAF_PORT = HOSTILE_PORTS.harvard + 42;
/** One that a stranger may enrol from. */
export const SPARE_PORT = HOSTILE_PORTS.harvard + 43;
/** One that a landlord may move to. */
export const MOVE_PORT = HOSTILE_PORTS.harvard + 44;
/** Addresses of this machine that the operator takes for somebody else's, so that a name may lead there. */
export const ELSEWHERE = { network: '127.66.0.0/16', host: '127.66.0.1', port: HOSTILE_PORTS.harvard + 45 };

/** The broker asks a resolver that answers as an attacker wants: what it says, and where it writes down what it said. */
const LYING_RESOLVER = new URL('lying-resolver.mjs', import.meta.url);
const resolverFile = (directory: string) => join(directory, 'names.json');

const ENROLMENT_DEADLINE_MS = 20_000;
const STORAGE_OFFERS = [
  {
    product: { type: 'volume', id: VOLUME_TYPES[0]?.id ?? '' },
    prices: [{ meter: 'volume_gib_seconds', relation: 'anyone', amount: '1', per: '1' }],
  },
  {
    product: { type: 'object-store', id: 'standard' },
    prices: [{ meter: 'object_byte_seconds', relation: 'anyone', amount: '1', per: '1000000000000' }],
  },
] satisfies Parameters<EvilLandlord['double']['offer']>[0][];

const Landlords = z.object({
  landlords: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      kind: z.string(),
      region: z.string(),
      jkt: z.string(),
      state: z.string(),
    }),
  ),
});
const Endpoints = z.object({ endpoints: z.array(z.object({ region_id: z.string().nullish(), url: z.string() })) });
const Enrolled = z.object({ landlord_id: z.string() });

export type Answer = RawAnswer & { readonly reason: string };

/**
 * An exchange of its own among strangers: two tenants with something to lose, a third one who is up to no good, and two
 * landlords who are. Loopback is refused to landlords but for their own ports.
 */
export class World {
  readonly ports = HOSTILE_PORTS;
  readonly landlords = new Map<string, string>();
  private readonly logs = new Map<ServiceName, ServiceLog>();
  private before: unknown;

  private constructor(
    readonly exchange: Exchange,
    readonly seen: ExchangeUnderTest,
    readonly victim: TestTenant,
    readonly customer: TestTenant,
    readonly mallory: TestTenant,
    readonly evil: EvilLandlord,
    readonly accomplice: EvilLandlord,
    readonly brokerKey: SigningKey,
    readonly goods: Goods,
  ) {}

  static async open(): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), 'ocx-hostile-'));
    const own = LANDLORDS.map((name) => HOSTILE_PORTS[name]);
    const ports = [...own, ...Object.values(EVIL_PORTS), DEAF_PORT, SPARE_PORT, MOVE_PORT];
    const allowed = [...ports.map((port) => `127.0.0.1:${String(port)}`), ELSEWHERE.network];
    // A compute landlord calls these and no others on this machine; one of them turns out to be malicious.
    const storage = [HOSTILE_PORTS.bluestone, HOSTILE_PORTS.granite, EVIL_PORTS.accomplice].map(
      (port) => `127.0.0.1:${String(port)}`,
    );
    const exchange = await Exchange.start({
      directory,
      ports: HOSTILE_PORTS,
      networkPools: HOSTILE_NETWORK_POOLS,
      logLevel: 'debug',
      overrides: {
        // As one that others trust is set up.
        identity: { OCX_EVERY_PROJECT_IS_ADMIN_PROJECT: 'false' },
        harvard: { OCX_ALLOWED_STORAGE_ADDRESSES: storage.join(',') },
        broker: {
          OCX_ALLOWED_LANDLORD_ADDRESSES: allowed.join(','),
          OCX_SETTLE_INTERVAL_MS: '3600000',
          NODE_OPTIONS: `--import=${LYING_RESOLVER.href}`,
          TEST_RESOLVER_FILE: resolverFile(directory),
        },
      },
    });
    return World.within(exchange, directory).catch(async (error: unknown) => {
      await exchange.stop();
      throw error;
    });
  }

  private static async within(exchange: Exchange, directory: string): Promise<World> {
    const seen = await ExchangeUnderTest.open(directory);
    const tenants = await Promise.all(['victim', 'customer', 'mallory'].map((name) => seen.newTenant(name)));
    const [victim, customer, mallory] = tenants as [TestTenant, TestTenant, TestTenant];
    const evil = await EvilLandlord.start('evil', EVIL_PORTS.evil);
    const accomplice = await EvilLandlord.start('accomplice', EVIL_PORTS.accomplice);
    const brokerKey = await SigningKey.load(join(directory, 'broker', 'keys', 'broker.jwk'));
    const goods = await victimsGoods(victim, directory);
    const world = new World(exchange, seen, victim, customer, mallory, evil, accomplice, brokerKey, goods);
    await world.settle();
    return world;
  }

  private async settle(): Promise<void> {
    this.evil.double.id = await this.enrol(this.evil, {});
    this.evil.double.offer({ capacity: 1000 });
    this.accomplice.double.id = await this.enrol(this.accomplice, { kind: 'storage' });
    for (const offer of STORAGE_OFFERS) this.accomplice.double.offer({ ...offer, capacity: 1000 });
    await Promise.all([this.evil, this.accomplice].map((landlord) => this.trades(landlord)));
    for (const { id, name } of await this.enrolled()) this.landlords.set(name, id);
  }

  private async enrol({ double }: EvilLandlord, change: Record<string, unknown>): Promise<string> {
    const { urls, operator, http } = this.seen;
    double.trust(`${this.identityUrl}/.well-known/jwks.json`);
    const json = { code: await operator.enrolmentCode(double.name), enrolment: await double.enrolment(change) };
    const answer = await http.call({ method: 'POST', url: `${urls.broker}/exchange/v1/landlords`, json });
    return Enrolled.parse(answer.json()).landlord_id;
  }

  private async trades({ double }: EvilLandlord): Promise<void> {
    await double.emit({ kind: 'offers' });
    const ask = async () => (await this.seen.operator.enrolledLandlords()).get(double.name)?.trading === true;
    await until(`${double.name} trading`, ask, Boolean, ENROLMENT_DEADLINE_MS);
  }

  async close(): Promise<void> {
    await this.exchange.stop();
    await Promise.all([this.evil.double.stop(), this.accomplice.double.stop()]);
    await removeExchange(this.exchange.state.root);
  }

  get identityUrl(): string {
    return this.seen.urls.identity.replace(/\/v3$/, '');
  }

  idOf(landlord: string): string {
    const id = this.landlords.get(landlord);
    if (id === undefined) throw new Error(`${landlord} is not enrolled.`);
    return id;
  }

  endpointOf(landlord: LandlordName): string {
    return this.seen.urls.landlords[landlord];
  }

  /** A party's line to identity; the broker's own by default. */
  party(clientId = 'broker', key = this.brokerKey): IdentityClient {
    const options = { identityUrl: this.identityUrl, issuer: this.seen.urls.identity, http: new HttpClient() };
    return new IdentityClient({ ...options, clientId, key });
  }

  /** What the broker would present at this landlord for the tenant. */
  async tokenFor(landlord: string, tenant = this.victim): Promise<string> {
    const access = { actions: ['read' as const, 'write' as const] };
    const subjectToken = tenant.session.token;
    return (await this.party().exchange({ subjectToken, resource: this.idOf(landlord), access })).token;
  }

  /** One request as it stands; with the answer everything that was said of a refusal, the log's words included. */
  async send(request: RawRequest): Promise<Answer> {
    const requestId = `req-${randomUUID()}`;
    const answer = await send({ ...request, headers: { ...request.headers, 'x-openstack-request-id': requestId } });
    const log = this.logAt(new URL(request.url).port);
    const isFromService = answer.headers['x-openstack-request-id'] === requestId;
    const refusal = isFromService && answer.status >= 400 ? await log?.refusalOf(requestId) : undefined;
    return { ...answer, reason: [wordsOf(answer.text), ...(refusal === undefined ? [] : [refusal])].join(' | ') };
  }

  /** What a name below `.rebind.test` means to the broker: these addresses at first, those the next time, and so on. */
  async resolves(name: string, answers: readonly (readonly string[])[]): Promise<void> {
    await writeFile(resolverFile(this.exchange.state.root), JSON.stringify({ [name]: answers }));
  }

  /** What the broker was told, in order. */
  async resolved(): Promise<{ readonly name: string; readonly addresses: readonly string[] }[]> {
    const Told = z.object({ name: z.string(), addresses: z.array(z.string()) });
    const text = await readFile(`${resolverFile(this.exchange.state.root)}.log`, 'utf8').catch(() => '');
    const lines = text.split('\n').filter(Boolean);
    return lines.map((line) => Told.parse(JSON.parse(line)));
  }

  /** Remembers what everybody has, to be compared. */
  async remember(): Promise<void> {
    this.before = await this.state();
  }

  async expectUnchanged(): Promise<void> {
    expect(await this.state()).toEqual(this.before);
  }

  private async state(): Promise<unknown> {
    const { operator, urls } = this.seen;
    const endpoints = await operator.session.get(Endpoints, `${urls.identity}/endpoints`);
    const people = z.object({ users: z.array(z.object({ id: z.string(), enabled: z.boolean() })) });
    const roles = z.object({ role_assignments: z.array(z.unknown()) });
    const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    return {
      victim: await holdingsOf(this.victim.session, urls),
      landlords: await this.enrolled(),
      endpoints: sorted(endpoints.endpoints),
      users: sorted((await operator.session.get(people, `${urls.identity}/users`)).users),
      roles: sorted((await operator.session.get(roles, `${urls.identity}/role_assignments`)).role_assignments),
    };
  }

  private async enrolled(): Promise<z.infer<typeof Landlords>['landlords']> {
    const url = `${this.seen.urls.broker}/exchange/v1/landlords`;
    return (await this.seen.operator.session.get(Landlords, url)).landlords;
  }

  private logAt(port: string): ServiceLog | undefined {
    const [name] = Object.entries(HOSTILE_PORTS).find(([, own]) => String(own) === port) ?? [];
    const service = name === 'objects' ? 'broker' : (name as ServiceName | undefined);
    if (service === undefined) return undefined;
    let log = this.logs.get(service);
    if (!log) this.logs.set(service, (log = new ServiceLog(this.exchange.state.logOf(service))));
    return log;
  }
}

/** Every word of a refusal, whatever its form. */
function wordsOf(text: string): string {
  const words: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') words.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  try {
    collect(JSON.parse(text));
  } catch {
    words.push(text.replace(/<[^>]*>/g, ' '));
  }
  return words.join(' · ').trim();
}
