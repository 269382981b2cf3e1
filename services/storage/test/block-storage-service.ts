import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DEFAULT_DOCKER_HOST } from '@ocx/local-exchange/supervisor/engine';
import { privilegesOf } from '@ocx/local-exchange/supervisor/privileges';
import type { RedeemedAttachment } from '@ocx/openstack-api/block-storage/attachments';
import type { Lease } from '@ocx/openstack-api/exchange/documents';
import { VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import { createApp } from '@ocx/service-kit/bootstrap';
import { loadConfig } from '@ocx/service-kit/config';
import { holdToDocument } from '@ocx/testing/document-conformance';
import { FakeExchange, type EnrolledLandlord } from '@ocx/testing/fake-exchange';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { freePort } from '@ocx/testing/free-port';
import { testDatabase } from '@ocx/testing/postgres';
import { expect } from 'vitest';
import DOCUMENT from '../openapi.json' with { type: 'json' };
import { storageAppOptions } from '../src/storage.app.js';
import { StorageConfigSchema } from '../src/storage.config.js';
import { StorageModule } from '../src/storage.module.js';

export const STANDARD = { type: 'volume', id: VOLUME_TYPES[0]?.id ?? '' } as const;

const LANDLORD_FILE = {
  name: 'granite',
  region: 'granite',
  kind: 'storage',
  sla: { availability: '99.9', provision_seconds: 10 },
  capacity: { gib: 100 },
  offers: [
    {
      product: STANDARD,
      prices: [{ meter: 'volume_gib_seconds', relation: 'anyone', amount: '10', per: '3600' }],
    },
  ],
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into whatever was answered
  readonly json: any;
}

/** Mounting the FUSE file of the client takes root. */
const CONNECT = `
keys=$1
qemu-storage-daemon --daemonize --pidfile "$keys/pid" --object "$2" --blockdev "$3" --export "$4" || exit
trap 'kill -s KILL "$(cat "$keys/pid")"; umount --lazy "$keys/disk"' EXIT
[ -z "$5" ] || printf %s "$5" | dd of="$keys/disk" conv=notrunc,fsync status=none || exit
dd if="$keys/disk" of="$keys/read" bs=16 count=1 status=none && tr -d '\\0' <"$keys/read"`;

/** An enrolled storage landlord, its exchange, its own users' issuer; real database, real files, real exports. */
export class BlockStorageUnderTest {
  app!: NestFastifyApplication;
  landlord!: EnrolledLandlord;

  private constructor(
    readonly url: string,
    readonly identity: FakeIdentity,
    readonly exchange: FakeExchange,
    /** The landlord's own issuer, which the exchange knows nothing of. */
    readonly own: FakeIdentity,
    readonly directory: string,
    private readonly env: Record<string, string>,
    private readonly cleanUps: (() => Promise<unknown>)[],
  ) {}

  static async start(env: Record<string, string> = {}): Promise<BlockStorageUnderTest> {
    const database = await testDatabase();
    const identity = await FakeIdentity.start();
    const exchange = await FakeExchange.start(identity);
    const own = await FakeIdentity.start();
    const directory = await mkdtemp(join(tmpdir(), 'ocx-block-storage-'));
    const landlordFile = join(directory, 'landlord.json');
    await writeFile(landlordFile, JSON.stringify(LANDLORD_FILE));
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    const settings = {
      OCX_PORT: String(port),
      OCX_PUBLIC_URL: url,
      OCX_DATA_DIR: join(directory, 'data'),
      OCX_EXPORT_PORTS: '31300-31500',
      DATABASE_URL: database.url,
      OCX_LOG_LEVEL: 'silent',
      OCX_LANDLORD_CONFIG: landlordFile,
      OCX_STANDALONE_ISSUER: own.issuer,
      OCX_STANDALONE_JWKS_URL: own.jwksUrl,
      OCX_EXCHANGE_URL: exchange.url,
      OCX_ENROLMENT_CODE: exchange.enrolmentCode(),
      ...env,
    };
    const cleanUps = [
      () => exchange.stop(),
      () => identity.stop(),
      () => own.stop(),
      () => database.drop(),
      () => rm(directory, { recursive: true, force: true }),
    ];
    const service = new BlockStorageUnderTest(url, identity, exchange, own, directory, settings, cleanUps);
    await service.up();
    service.landlord = await exchange.enrolled('granite');
    return service;
  }

  /** Starts the service, again with the same data when it was stopped. */
  async up(): Promise<void> {
    const config = loadConfig(StorageConfigSchema, this.env);
    this.app = await createApp(StorageModule.forConfig(config), storageAppOptions(config));
    holdToDocument(this.app, DOCUMENT);
    await this.app.listen({ port: config.OCX_PORT, host: '127.0.0.1' });
  }

  /** Stops the service; exports go on. */
  async down(): Promise<void> {
    await this.app.close();
  }

  async stop(): Promise<void> {
    await this.down();
    for (const cleanUp of this.cleanUps) await cleanUp();
  }

  rent(gib: number, projectId?: string): Promise<Lease> {
    const project = projectId === undefined ? {} : { projectId };
    return this.exchange.rent(this.landlord, { product: STANDARD, quantity: gib, ...project });
  }

  /** A leased volume, ready. */
  async volume(gib = 1): Promise<{ lease: Lease; id: string }> {
    const lease = await this.rent(gib);
    const caller = await this.exchange.caller(this.landlord);
    const tenant = caller.as({ access: { actions: ['create'], lease_id: lease.id } });
    const answer = await tenant.post('/v3/volumes', { volume: { size: gib, name: 'data' } });
    expect(answer.text).toContain('available');
    expect(answer.status).toBe(202);
    return { lease, id: lease.resource.id };
  }

  /** One of the landlord's own users. */
  async user(projectId = 'a'.repeat(32), roles = ['member']) {
    const token = await this.own.exchangeToken({ project: { id: projectId, name: projectId }, roles });
    return async (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> => {
      const response = await fetch(`${this.url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          'x-auth-token': token,
          'openstack-api-version': 'volume 3.70',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      const json: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
      return { status: response.status, headers: response.headers, text, json };
    };
  }

  /**
   * Connects like a compute landlord does, and reads (or first writes) the volume's beginning: what stands there, or
   * `refused: …` when it may not.
   */
  async connect(to: RedeemedAttachment, write?: string): Promise<string> {
    const keys = await mkdtemp(join(this.directory, 'client-'));
    const disk = join(keys, 'disk');
    await writeFile(join(keys, 'keys.psk'), `${to.tls.username}:${to.tls.key}\n`, { mode: 0o600 });
    await writeFile(disk, '');
    const tls = { 'qom-type': 'tls-creds-psk', id: 'tls', dir: keys, endpoint: 'client', username: to.tls.username };
    const server = { type: 'inet', host: to.host, port: String(to.port) };
    const readOnly = to.mode === 'ro';
    const node = {
      driver: 'nbd',
      'node-name': 'n',
      server,
      export: to.export,
      'tls-creds': 'tls',
      'read-only': readOnly,
    };
    const fuse = { type: 'fuse', id: 'f', 'node-name': 'n', mountpoint: disk, writable: !readOnly };
    const options = [tls, node, fuse].map((option) => JSON.stringify(option));
    try {
      const { shell } = await privilegesOf(process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST);
      return await shell(CONNECT, keys, ...options, write ?? '');
    } catch (error) {
      return `refused: ${String(error)}`;
    }
  }
}
