import { request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '@ocx/service-kit/bootstrap';
import { loadConfig } from '@ocx/service-kit/config';
import { holdToDocument } from '@ocx/testing/document-conformance';
import { FakeExchange, type EnrolledLandlord } from '@ocx/testing/fake-exchange';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { freePort } from '@ocx/testing/free-port';
import { testDatabase } from '@ocx/testing/postgres';
import DOCUMENT from '../openapi.json' with { type: 'json' };
import { storageAppOptions } from '../src/storage.app.js';
import { StorageConfigSchema } from '../src/storage.config.js';
import { StorageModule } from '../src/storage.module.js';

export const LANDLORD_FILE = {
  name: 'bluestone',
  region: 'bluestone',
  kind: 'storage',
  sla: { availability: '99.9', provision_seconds: 10 },
  capacity: { gib: 100 },
  offers: [
    {
      product: { type: 'object-store', id: 'standard' },
      prices: [{ meter: 'object_byte_seconds', relation: 'anyone', amount: '1', per: '1000000000' }],
    },
  ],
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A storage landlord in this process, with a database and a directory of its own. */
export class StorageUnderTest {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly identity: FakeIdentity,
    readonly dataDir: string,
    private readonly cleanUps: (() => Promise<unknown>)[],
  ) {}

  /** Serves its own users; with OCX_EXCHANGE_URL and a code in `env` also those of an exchange. */
  static async start(env: Record<string, string> = {}): Promise<StorageUnderTest> {
    const cleanUps: (() => Promise<unknown>)[] = [];
    const database = await testDatabase();
    cleanUps.unshift(() => database.drop());
    const identity = await FakeIdentity.start();
    cleanUps.unshift(() => identity.stop());
    const dataDir = await mkdtemp(join(tmpdir(), 'ocx-storage-test-'));
    cleanUps.unshift(() => rm(dataDir, { recursive: true, force: true }));
    const landlordFile = join(dataDir, 'landlord.json');
    await writeFile(landlordFile, JSON.stringify(LANDLORD_FILE));
    const port = String(await freePort());
    const config = loadConfig(StorageConfigSchema, {
      OCX_PORT: port,
      OCX_PUBLIC_URL: `http://127.0.0.1:${port}`,
      OCX_DATA_DIR: join(dataDir, 'data'),
      DATABASE_URL: database.url,
      OCX_LOG_LEVEL: 'silent',
      OCX_LANDLORD_CONFIG: landlordFile,
      OCX_STANDALONE_ISSUER: identity.issuer,
      OCX_STANDALONE_JWKS_URL: identity.jwksUrl,
      ...env,
    });
    const app = await createApp(StorageModule.forConfig(config), storageAppOptions(config));
    holdToDocument(app, DOCUMENT);
    await app.listen({ port: Number(port), host: '127.0.0.1' });
    cleanUps.unshift(() => app.close());
    return new StorageUnderTest(app, await app.getUrl(), identity, dataDir, cleanUps);
  }

  async stop(): Promise<void> {
    for (const cleanUp of this.cleanUps) await cleanUp();
  }
}

/** A storage landlord that is enrolled at an exchange of which only the landlord's side exists. */
export class EnrolledStorage {
  private constructor(
    readonly service: StorageUnderTest,
    readonly exchange: FakeExchange,
    readonly landlord: EnrolledLandlord,
    private readonly identity: FakeIdentity,
  ) {}

  static async start(): Promise<EnrolledStorage> {
    const identity = await FakeIdentity.start();
    const exchange = await FakeExchange.start(identity);
    const service = await StorageUnderTest.start({
      OCX_EXCHANGE_URL: exchange.url,
      OCX_ENROLMENT_CODE: exchange.enrolmentCode(),
    });
    return new EnrolledStorage(service, exchange, await exchange.enrolled('bluestone'), identity);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.exchange.stop();
    await this.identity.stop();
  }
}

/** One project's user at the landlord's own issuer. */
export class SwiftUser {
  private constructor(
    private readonly url: string,
    readonly account: string,
    readonly token: string,
  ) {}

  static async of(service: StorageUnderTest, projectId: string, roles = ['member']): Promise<SwiftUser> {
    const token = await service.identity.exchangeToken({ project: { id: projectId, name: projectId }, roles });
    return new SwiftUser(service.url, `AUTH_${projectId}`, token);
  }

  /** `path` is what follows the account, such as `/container/object`. */
  async call(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: string | Uint8Array } = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}/v1/${this.account}${path}`, {
      method,
      redirect: 'manual',
      headers: { 'x-auth-token': this.token, ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body as string }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Sends the path byte for byte: `fetch` would tidy up dots. */
  raw(method: string, path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      const all = { 'x-auth-token': this.token, ...(method === 'PUT' ? { 'content-length': '0' } : {}), ...headers };
      const sent = request({ hostname, port, method, path, headers: all }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('error', reject);
      sent.end();
    });
  }
}
