import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Controller, Get, Injectable, Module, Post, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { createApp } from '@ocx/service-kit/bootstrap';
import { Policy } from '@ocx/service-kit/auth';
import { loadConfig } from '@ocx/service-kit/config';
import { databaseModule } from '@ocx/service-kit/database';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { openApiDocument } from '@ocx/service-kit/openapi-document';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { holdToDocument } from '@ocx/testing/document-conformance';
import { FakeExchange, type EnrolledLandlord } from '@ocx/testing/fake-exchange';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { freePort } from '@ocx/testing/free-port';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { z } from 'zod';
import { LANDLORD_ENTITIES, LANDLORD_MIGRATIONS } from '../src/landlord-database.js';
import { LandlordConfig } from '../src/landlord.config.js';
import { landlordAuth, landlordModule } from '../src/landlord.module.js';
import { projectAction } from '../src/landlord.policy.js';
import type { Lease, ResourceVector } from '../src/leases/lease.js';
import { LeasedResources } from '../src/leases/leased-resources.js';
import { LeasesService } from '../src/leases/leases.service.js';

export const TINY: Product = { type: 'server', id: 'm1.tiny' };

/** A service's resources, kept in memory: what a landlord's service would do with its engine. */
@Injectable()
export class ServersInMemory extends LeasedResources {
  /** While set, resources cannot be destroyed. */
  broken = false;
  readonly ended: string[] = [];
  /** What these servers stand in for: something that holds what its tenant stored. Undefined: they do not. */
  holds: boolean | undefined;

  capacityOf(product: Product, quantity: number): ResourceVector | undefined {
    const flavor = FLAVORS.find(({ id }) => id === product.id);
    if (!flavor || product.type !== 'server') return undefined;
    return { vcpus: flavor.vcpus * quantity, ram: flavor.ram * quantity, disk: flavor.disk * quantity };
  }

  end(lease: Lease): Promise<void> {
    if (this.broken) return Promise.reject(new BackendUnavailable('The engine does not answer.'));
    this.ended.push(lease.id);
    return Promise.resolve();
  }

  override closeIfEmpty(lease: Lease): Promise<boolean> {
    return this.holds === undefined ? super.closeIfEmpty(lease) : Promise.resolve(!this.holds);
  }
}

@Controller('v2.1/servers')
class ServersController {
  constructor(private readonly leases: LeasesService) {}

  @Get()
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: z.object({ realm: z.string(), roles: z.array(z.string()) }) } })
  list(@Caller() caller: Principal) {
    return { realm: caller.realm, roles: caller.roles };
  }

  @Post()
  @Policy(projectAction('create'))
  @Operation({ answers: { 201: z.object({ id: z.string().nullable() }) }, errors: [409] })
  async create(@Caller() caller: Principal) {
    const lease = await this.leases.forCreate(caller, 'server');
    return { id: lease?.resource.id ?? null };
  }

  @Get('undeclared')
  @Operation({ answers: { 200: z.object({}) } })
  undeclared() {
    return {};
  }
}

function serviceModule(landlord: DynamicModule, url: string): DynamicModule {
  @Module({})
  class ServiceModule {}
  return {
    module: ServiceModule,
    imports: [
      databaseModule({ url, entities: [...LANDLORD_ENTITIES], migrations: [...LANDLORD_MIGRATIONS] }),
      landlord,
      landlordAuth(landlord),
    ],
    controllers: [ServersController],
    providers: [ServersInMemory, { provide: LeasedResources, useExisting: ServersInMemory }],
  };
}

const price = (amount: string, relation = 'anyone') => ({ meter: 'server_seconds', relation, amount, per: '3600' });

export const landlordFile = (changes: Record<string, unknown> = {}) => ({
  name: 'harvard',
  region: 'harvard',
  kind: 'compute',
  description: 'Containers',
  sla: { availability: '99.5', provision_seconds: 30 },
  traits: ['COMPUTE_CONTAINER'],
  admission: { domains: [], deny_projects: [] },
  notice_seconds: 3600,
  closed: false,
  capacity: { vcpus: 10, ram: 10_000, disk: 100 },
  offers: [
    { product: TINY, prices: [price('1000'), price('500', 'friend')] },
    { product: { type: 'server', id: 'm1.small' }, prices: [price('3000')] },
  ],
  ...changes,
});

export interface TestLandlord {
  app: NestFastifyApplication;
  resources: ServersInMemory;
  url: string;
  dataDirectory: string;
  databaseUrl: string;
  /** Replaces the landlord's configuration file. */
  configure(file: unknown): Promise<void>;
  /** Stops the service and starts it again on the same data. */
  restart(env?: Record<string, string>): Promise<void>;
}

/** A whole landlord and its exchange, for one test file. */
export class TestWorld {
  private readonly landlords: TestLandlord[] = [];
  private readonly databases: TestDatabase[] = [];
  private readonly directories: string[] = [];

  private constructor(
    readonly identity: FakeIdentity,
    readonly exchange: FakeExchange,
  ) {}

  static async start(): Promise<TestWorld> {
    const identity = await FakeIdentity.start();
    return new TestWorld(identity, await FakeExchange.start(identity));
  }

  async landlord(options: { file?: unknown; env?: Record<string, string> } = {}): Promise<TestLandlord> {
    const database = await testDatabase();
    this.databases.push(database);
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'ocx-landlord-'));
    this.directories.push(dataDirectory);
    const file = path.join(dataDirectory, 'landlord.json');
    await writeFile(file, JSON.stringify(options.file ?? landlordFile()));
    const port = await freePort();
    const env = {
      OCX_PORT: String(port),
      OCX_PUBLIC_URL: `http://127.0.0.1:${String(port)}`,
      OCX_DATA_DIR: dataDirectory,
      DATABASE_URL: database.url,
      OCX_LOG_LEVEL: 'silent',
      OCX_LANDLORD_CONFIG: file,
      OCX_EXCHANGE_URL: this.exchange.url,
      OCX_ENROLMENT_CODE: this.exchange.enrolmentCode(),
      ...options.env,
    };
    const started = await startLandlord(env);
    const landlord: TestLandlord = {
      ...started,
      url: env.OCX_PUBLIC_URL,
      dataDirectory,
      databaseUrl: database.url,
      configure: (content) => writeFile(file, typeof content === 'string' ? content : JSON.stringify(content)),
      restart: async (changes = {}) => {
        await landlord.app.close();
        Object.assign(landlord, await startLandlord({ ...env, ...changes }));
      },
    };
    this.landlords.push(landlord);
    return landlord;
  }

  enrolled(name = 'harvard'): Promise<EnrolledLandlord> {
    return this.exchange.enrolled(name);
  }

  async stop(): Promise<void> {
    for (const { app } of this.landlords) await app.close();
    await this.exchange.stop();
    await this.identity.stop();
    for (const database of this.databases) await database.drop();
    for (const directory of this.directories) await rm(directory, { recursive: true, force: true });
  }
}

const faultStyle = (at: string) => (at.startsWith('/landlord/') ? 'problem' : 'nova');

async function startLandlord(env: Record<string, string>) {
  const config = loadConfig(LandlordConfig, env);
  const landlord = landlordModule({
    config,
    kind: 'compute',
    microversions: { min: '2.1', max: '2.90' },
    capacityUnits: ['vcpus', 'ram', 'disk'],
  });
  const app = await createApp(serviceModule(landlord, config.DATABASE_URL), {
    name: 'landlord-test',
    config,
    faultStyle,
  });
  const info = { title: 'A landlord', description: 'For tests', version: '1' };
  holdToDocument(app, await openApiDocument(app, { info, faultStyle, authentication: () => ['landlordToken'] }));
  await app.listen({ port: config.OCX_PORT, host: '127.0.0.1' });
  return { app, resources: app.get(ServersInMemory) };
}
