import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { vi } from 'vitest';
import { holdToDocument } from '@ocx/testing/document-conformance';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { ExchangeTokenVerifier, TokenVerifier } from '@ocx/service-kit/token-verifier';
import type { Principal } from '@ocx/service-kit/principal';
import { DataSource } from 'typeorm';
import DOCUMENT from '../openapi.json' with { type: 'json' };
import { BrokerConfig } from '../src/broker.config.js';
import { createBroker } from '../src/broker-app.js';
import { RevocationFollower } from '../src/revocations/revocation-follower.js';
import { LandlordDouble } from './market-landlord.js';

type ExchangeTokenOptions = Parameters<FakeIdentity['exchangeToken']>[0];

export interface Answer {
  status: number;
  headers: Headers;
  // What a route answers is what its test is about.
  body: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- an answer of any route; each test asserts its shape
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A broker with a real database and a fake identity, and landlords enrolled at it. */
export class TestExchange {
  private readonly landlords: LandlordDouble[] = [];

  private constructor(
    readonly identity: FakeIdentity,
    readonly database: TestDatabase,
    readonly environment: Record<string, string>,
    private readonly directory: string,
    public app: NestFastifyApplication | undefined,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<TestExchange> {
    const identity = await FakeIdentity.start();
    const database = await testDatabase();
    const directory = await mkdtemp(join(tmpdir(), 'ocx-broker-'));
    const [port, objectPort] = [await freePort(), await freePort()];
    const settings = {
      OCX_PORT: String(port),
      OCX_PUBLIC_URL: `http://127.0.0.1:${port}`,
      OCX_OBJECT_PORT: String(objectPort),
      OCX_OBJECT_PUBLIC_URL: `http://127.0.0.1:${objectPort}`,
      OCX_DATA_DIR: directory,
      DATABASE_URL: database.url,
      OCX_IDENTITY_URL: identity.url,
      OCX_IDENTITY_ENROLMENT_CODE: 'code-of-the-tests',
      OCX_ALLOWED_LANDLORD_ADDRESSES: '127.0.0.0/8',
      OCX_LOG_LEVEL: 'silent',
      OCX_LANDLORD_DEADLINE_MS: '500',
      OCX_SETTLE_INTERVAL_MS: '3600000',
      ...environment,
    };
    const exchange = new TestExchange(identity, database, settings, directory, undefined);
    await exchange.open();
    await vi.waitFor(
      () => {
        if (!identity.limits.isRegistered) throw new Error('The broker has not registered yet.');
      },
      { timeout: 15_000, interval: 50 },
    );
    return exchange;
  }

  get url(): string {
    return this.environment['OCX_PUBLIC_URL'] ?? '';
  }

  get objectUrl(): string {
    return this.environment['OCX_OBJECT_PUBLIC_URL'] ?? '';
  }

  get broker(): NestFastifyApplication {
    if (!this.app) throw new Error('The broker is not running.');
    return this.app;
  }

  async open(): Promise<void> {
    const config = BrokerConfig.parse(this.environment);
    const { app, listenObjects } = await createBroker(config);
    holdToDocument(app, DOCUMENT);
    await app.listen({ port: config.OCX_PORT, host: config.OCX_LISTEN_HOST });
    await listenObjects();
    this.app = app;
    // Until the feed was heard, tokens are introspected, which the fake identity cannot do.
    const follower = app.get(RevocationFollower, { strict: false });
    await vi.waitFor(
      () => {
        if (!follower.isFresh) throw new Error('The revocation feed was not heard yet.');
      },
      { timeout: 15_000, interval: 20 },
    );
  }

  async close(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async stop(): Promise<void> {
    await Promise.all(this.landlords.map((landlord) => landlord.stop()));
    await this.close();
    await this.identity.stop().catch(() => undefined);
    await this.database.drop();
    await rm(this.directory, { recursive: true, force: true });
  }

  token(options: ExchangeTokenOptions = {}): Promise<string> {
    return this.identity.exchangeToken(options);
  }

  /** What identity calls the operator: the role admin on the admin project. */
  operator(options: ExchangeTokenOptions = {}): Promise<string> {
    return this.token({ roles: ['admin', 'member'], ...options, claims: { is_admin_project: true } });
  }

  async principal(options: ExchangeTokenOptions = {}): Promise<Principal> {
    const verifier = this.broker.get<TokenVerifier, ExchangeTokenVerifier>(TokenVerifier, { strict: false });
    return verifier.verifyToken(await this.token(options));
  }

  async call(
    method: string,
    path: string,
    options: { token?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(options.token === undefined ? {} : { 'x-auth-token': options.token }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) };
  }

  async code(): Promise<string> {
    const answer = await this.call('POST', '/exchange/v1/landlords/enrolment-codes', {
      token: await this.operator(),
    });
    return String(answer.body['code']);
  }

  /** Starts a landlord, enrols it, and waits until the broker follows it. */
  async landlord(name: string, change: Record<string, unknown> = {}): Promise<LandlordDouble> {
    const landlord = await LandlordDouble.start(name);
    this.landlords.push(landlord);
    landlord.trust(this.identity.jwksUrl);
    const answer = await this.call('POST', '/exchange/v1/landlords', {
      body: { code: await this.code(), enrolment: await landlord.enrolment(change) },
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    landlord.id = String(answer.body['landlord_id']);
    return landlord;
  }

  /** Waits until the broker's index holds all current offers of the landlord. */
  async offered(landlord: LandlordDouble): Promise<void> {
    await landlord.emit({ kind: 'offers' });
    const wanted = landlord.offers.map(({ id, version, capacity }) => `${id}/${version}/${capacity}`).sort();
    await vi.waitFor(
      async () => {
        const rows: { id: string; version: number; capacity: number }[] = await this.sql(
          `SELECT id, version, (document->>'capacity')::int AS capacity FROM offers WHERE landlord_id = $1 AND NOT withdrawn`,
          [landlord.id],
        );
        const indexed = rows.map(({ id, version, capacity }) => `${id}/${version}/${capacity}`).sort();
        if (indexed.join() !== wanted.join()) throw new Error(`The broker has ${indexed.join()}.`);
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  sql<T>(query: string, parameters: unknown[] = []): Promise<T[]> {
    return this.broker.get(DataSource, { strict: false }).query<T[]>(query, parameters);
  }

  async balance(kind: string, owner: string): Promise<bigint> {
    const rows = await this.sql<{ balance: string }>(
      'SELECT balance FROM ledger_accounts WHERE kind = $1 AND owner = $2',
      [kind, owner],
    );
    return BigInt(rows[0]?.balance ?? 0);
  }
}
