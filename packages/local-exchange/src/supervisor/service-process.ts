import path from 'node:path';
import { ApiError, type HttpApi } from '../api/http.js';
import type { ServiceName } from '../layout.js';
import { ManagedProcess } from './managed-process.js';
import type { StateDirectory } from './state-directory.js';

export type ServiceKind = 'identity' | 'broker' | 'compute' | 'storage';

export interface ServicePlan {
  /** Names its log, its data directory and its pid file: `identity`, `harvard` … */
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  readonly port: number;
  /** Under which others reach it. */
  readonly publicUrl: string;
  /** Variables besides those that every service has. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ServiceRuntime {
  readonly directory: StateDirectory;
  readonly http: HttpApi;
  /** The clone, in which `services/<kind>/bundle/main.js` is. */
  readonly root: string;
  readonly databaseUrl: (name: ServiceName) => Promise<string>;
  readonly tls: Tls | undefined;
  readonly logLevel: string;
}

/** Files in PEM form. */
export interface Tls {
  readonly certificate: string;
  readonly key: string;
  /** Of the authority that signed the certificate. */
  readonly authority: string;
}

const READY_DEADLINE_MS = 60_000;
/** Long enough to stop every rented server, unmount and say goodbye. */
const STOP_PATIENCE_MS = 60_000;

/** Where mount, losetup and mkfs are, which is not in every user's PATH. */
const ADMINISTRATORS_PATHS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

function searchPath(): string {
  const known = (process.env['PATH'] ?? '/usr/bin:/bin').split(':');
  return [...new Set([...known, ...ADMINISTRATORS_PATHS])].join(':');
}

/** One service as a process of its own, with its own environment, data, database and log. It is never restarted unasked. */
export class ServiceProcess {
  private process: ManagedProcess | undefined;

  constructor(
    private readonly runtime: ServiceRuntime,
    readonly plan: ServicePlan,
  ) {}

  get name(): ServiceName {
    return this.plan.name;
  }

  get url(): string {
    return this.plan.publicUrl;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  async start(): Promise<void> {
    const { directory, root } = this.runtime;
    this.process = await ManagedProcess.start(directory, {
      name: this.plan.name,
      command: process.execPath,
      args: [path.join(root, 'services', this.plan.kind, 'bundle', 'main.js')],
      env: await this.environment(),
      stopPatienceMs: STOP_PATIENCE_MS,
    });
    await this.process.ready(() => this.answers(), READY_DEADLINE_MS);
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }

  /** A crash, for tests and for a second Ctrl-C. */
  kill(): void {
    this.process?.kill();
  }

  onUnexpectedEnd(callback: (message: string) => void): void {
    this.process?.onUnexpectedEnd(callback);
  }

  private async answers(): Promise<boolean> {
    try {
      await this.runtime.http.call({ url: `${this.plan.publicUrl}/healthcheck`, deadlineMs: 2000 });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
      return false;
    }
  }

  private async environment(): Promise<Record<string, string>> {
    const { directory, databaseUrl, tls, logLevel } = this.runtime;
    const { name, port, publicUrl, env } = this.plan;
    const secure = tls && { OCX_TLS_CERT: tls.certificate, OCX_TLS_KEY: tls.key, OCX_CA_FILE: tls.authority };
    return {
      PATH: searchPath(),
      HOME: process.env['HOME'] ?? '/',
      LANG: 'C.UTF-8',
      NODE_ENV: 'production',
      ...(tls ? { NODE_EXTRA_CA_CERTS: tls.authority } : {}),
      OCX_LISTEN_HOST: '127.0.0.1',
      OCX_PORT: String(port),
      OCX_PUBLIC_URL: publicUrl,
      OCX_DATA_DIR: directory.at(name),
      OCX_LOG_LEVEL: logLevel,
      DATABASE_URL: await databaseUrl(name),
      ...secure,
      ...env,
    };
  }
}
