import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import Docker from 'dockerode';
import { loadConfig } from '@ocx/service-kit/config';
import { type EnrolledLandlord, FakeExchange } from '@ocx/testing/fake-exchange';
import { holdToDocument } from '@ocx/testing/document-conformance';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { freePort } from '@ocx/testing/free-port';
import type { LandlordCaller } from '@ocx/testing/landlord-caller';
import { type TestDatabase, testDatabase } from '@ocx/testing/postgres';
import type { ExchangeTokenOptions } from '@ocx/testing/token-mint';
import DOCUMENT from '../openapi.json' with { type: 'json' };
import { createComputeApp } from '../src/compute.app.js';
import { ComputeSettings } from '../src/compute.config.js';
import { Hypervisor } from '../src/hypervisor/hypervisor.js';
import { ServerReconciler } from '../src/servers/server-reconciler.js';
import { Mounts } from './mounts.js';
import { rootFs } from './root-fs.js';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  json: T;
}

const price = { meter: 'server_seconds', relation: 'anyone', amount: '1000', per: '3600' };

/** A whole compute landlord on the real engine, under a label of its own, with its exchange and its own issuer. */
export class ComputeWorld {
  app: NestFastifyApplication;
  landlord: EnrolledLandlord;
  caller: LandlordCaller;
  readonly docker = new Docker();
  readonly label = `test-${randomBytes(4).toString('hex')}`;
  private env: Record<string, string>;
  private archive: Buffer;

  private constructor(
    readonly identity: FakeIdentity,
    readonly own: FakeIdentity,
    readonly exchange: FakeExchange,
    readonly database: TestDatabase,
    readonly mounts: Mounts,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<ComputeWorld> {
    const identity = await FakeIdentity.start();
    const parts = [await FakeIdentity.start(), await FakeExchange.start(identity), await testDatabase()] as const;
    const world = new ComputeWorld(identity, ...parts, await Mounts.create());
    await world.configure(env);
    world.archive = await rootFs();
    await world.boot();
    world.landlord = await world.exchange.enrolled(world.label);
    world.caller = await world.exchange.caller(world.landlord);
    return world;
  }

  get url(): string {
    return this.env['OCX_PUBLIC_URL'] ?? '';
  }

  /** What the service is configured with. */
  get environment(): Readonly<Record<string, string>> {
    return this.env;
  }

  async boot(env: Record<string, string> = {}): Promise<void> {
    const settings = loadConfig(ComputeSettings, { ...this.env, ...env });
    this.app = await createComputeApp(settings);
    holdToDocument(this.app, DOCUMENT);
    await this.app.listen({ port: settings.OCX_PORT, host: '127.0.0.1' });
  }

  reconcile(afterAbsence = false): Promise<void> {
    return this.app.get(ServerReconciler).pass(afterAbsence);
  }

  get hypervisor(): Hypervisor {
    return this.app.get(Hypervisor, { strict: false });
  }

  /** A call by a user of the landlord's own issuer. */
  async call<T = Record<string, unknown>>(
    method: string,
    at: string,
    options: { body?: unknown; user?: ExchangeTokenOptions; headers?: Record<string, string>; version?: string } = {},
  ): Promise<Answer<T>> {
    const token = await this.own.exchangeToken({ roles: ['member'], ...options.user });
    const raw = options.body instanceof Uint8Array || typeof options.body === 'string';
    const response = await fetch(this.url + at, {
      method,
      headers: {
        'x-auth-token': token,
        ...(options.body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...(options.version === undefined ? {} : { 'openstack-api-version': `compute ${options.version}` }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: raw ? (options.body as string) : JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text) as T;
      },
    };
  }

  /** Uploads the test's root file system as an image of the landlord's own user. */
  async image(command: readonly string[] = ['/bin/sleep', '100000'], user?: ExchangeTokenOptions): Promise<string> {
    const body = {
      name: 'tiny',
      container_format: 'bare',
      disk_format: 'raw',
      visibility: 'private',
      ocx_command: JSON.stringify(command),
    };
    const asUser = user ? { user } : {};
    const created = await this.call<{ id: string }>('POST', '/image/v2/images', { body, ...asUser });
    const { id } = created.json;
    const headers = { 'content-type': 'application/octet-stream' };
    const put = await this.call('PUT', `/image/v2/images/${id}/file`, { body: this.archive, headers, ...asUser });
    if (put.status !== 204) throw new Error(put.text);
    return id;
  }

  /** Puts the image as the broker does, pinned by its hash. */
  async exchangeImage(projectId?: string): Promise<string> {
    const image = {
      id: randomUUID(),
      size: this.archive.length,
      sha512: createHash('sha512').update(this.archive).digest('hex'),
    };
    const project = projectId === undefined ? {} : { projectId };
    const broker = this.caller.as({ ...project, access: { actions: ['image', 'read'], image } });
    const ocx_command = JSON.stringify(['/bin/sleep', '100000']);
    const body = {
      id: image.id,
      name: 'tiny',
      container_format: 'bare',
      disk_format: 'raw',
      visibility: 'public',
      ocx_command,
    };
    const created = await broker.post('/image/v2/images', body);
    if (created.status !== 201) throw new Error(created.text);
    const put = await broker.request('PUT', `/image/v2/images/${image.id}/file`, { body: this.archive });
    if (put.status !== 204) throw new Error(put.text);
    return image.id;
  }

  async container(serverId: string): Promise<Docker.ContainerInspectInfo | undefined> {
    try {
      return await this.docker.getContainer(`ocx-${this.label}-${serverId}`).inspect();
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }

  /** Runs a command inside a server; its output and exit code. */
  async inside(serverId: string, ...command: string[]): Promise<{ code: number | null; output: string }> {
    const exec = await this.docker
      .getContainer(`ocx-${this.label}-${serverId}`)
      .exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true });
    const stream = await exec.start({ Tty: true });
    let output = '';
    for await (const chunk of stream) output += String(chunk);
    return { code: (await exec.inspect()).ExitCode, output };
  }

  async stop(): Promise<void> {
    for (const container of await this.ofLabel()) await this.docker.getContainer(container.Id).remove({ force: true });
    await this.reconcile();
    await this.app.close();
    await this.removeTraces();
    await Promise.all([this.exchange.stop(), this.own.stop(), this.identity.stop()]);
    await this.database.drop();
    await this.mounts.remove();
  }

  /** Its servers' containers. */
  ofLabel(): Promise<Docker.ContainerInfo[]> {
    return this.containers(`ocx.landlord=${this.label}`, 'ocx.server');
  }

  private containers(...label: readonly string[]): Promise<Docker.ContainerInfo[]> {
    return this.docker.listContainers({ all: true, filters: { label: [...label] } });
  }

  private async removeTraces(): Promise<void> {
    const all = await this.containers(`ocx.landlord=${this.label}`);
    for (const { Id } of all) await this.docker.getContainer(Id).remove({ force: true });
    const networks = await this.docker.listNetworks({ filters: { label: [`ocx.landlord=${this.label}`] } });
    for (const { Id } of networks) await this.docker.getNetwork(Id).remove();
    const images = await this.docker.listImages({ filters: { reference: [`ocx-${this.label}/*`] } });
    for (const { Id } of images) await this.docker.getImage(Id).remove({ force: true });
  }

  private async configure(env: Record<string, string>): Promise<void> {
    const { directory, settings } = this.mounts;
    const file = path.join(directory, 'landlord.json');
    const offers = ['m1.tiny', 'm1.small'].map((id) => ({ product: { type: 'server', id }, prices: [price] }));
    const sla = { availability: '99.5', provision_seconds: 30 };
    const capacity = { vcpus: 10, ram: 10_000, disk: 100 };
    const { label } = this;
    await writeFile(file, JSON.stringify({ name: label, region: label, kind: 'compute', sla, capacity, offers }));
    const port = await freePort();
    const third = 100 + (port % 100);
    this.env = {
      OCX_PORT: String(port),
      OCX_PUBLIC_URL: `http://127.0.0.1:${port}`,
      OCX_DATA_DIR: directory,
      ...settings,
      DATABASE_URL: this.database.url,
      OCX_LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      OCX_LANDLORD_CONFIG: file,
      OCX_EXCHANGE_URL: this.exchange.url,
      OCX_ENROLMENT_CODE: this.exchange.enrolmentCode(),
      OCX_STANDALONE_ISSUER: this.own.issuer,
      OCX_STANDALONE_JWKS_URL: this.own.jwksUrl,
      OCX_NETWORK_POOL: `10.${third}.0.0/16`,
      OCX_STOP_SERVERS_ON_EXIT: '1',
      ...env,
    };
  }
}
