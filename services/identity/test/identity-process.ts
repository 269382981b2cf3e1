import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DocumentConformance, type Exchange } from '@ocx/testing/document-conformance';
import { freePort } from '@ocx/testing/free-port';
import { testDatabase } from '@ocx/testing/postgres';
import DOCUMENT from '../openapi.json' with { type: 'json' };

export const ENROLMENT_CODE = 'enrolment-code-of-the-tests';
export const DASHBOARD = 'http://127.0.0.1:9/dashboard/auth/websso';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // The tests look into bodies of many shapes; a wrong path fails the assertion that follows.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface Call {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly form?: Record<string, string>;
  readonly text?: string;
}

function payload(call: Call): { body?: string; type?: string } {
  if (call.json !== undefined) return { body: JSON.stringify(call.json), type: 'application/json' };
  if (call.form) return { body: new URLSearchParams(call.form).toString(), type: 'application/x-www-form-urlencoded' };
  return call.text === undefined ? {} : { body: call.text, type: 'application/samlmetadata+xml' };
}

function exchangeOf(
  method: string,
  route: string,
  call: Call,
  type: string | undefined,
  response: Response,
  text: string,
): Exchange {
  const { pathname, searchParams } = new URL(route, 'http://identity.test');
  const headers = new Headers({ ...(type === undefined ? {} : { 'content-type': type }), ...call.headers });
  return {
    method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    requestHeader: (name) => headers.get(name) ?? undefined,
    requestBody: call.json ?? call.form ?? call.text,
    status: response.status,
    header: (name) => response.headers.get(name),
    body: text === '' ? undefined : text,
  };
}

/** What replicas of one identity service share. */
export interface Installation {
  readonly directory: string;
  readonly databaseUrl: string;
  remove(): Promise<void>;
}

export async function newInstallation(): Promise<Installation> {
  const database = await testDatabase();
  const directory = await mkdtemp(path.join(tmpdir(), 'ocx-identity-test-'));
  const remove = async (): Promise<void> => {
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  };
  return { directory, databaseUrl: database.url, remove };
}

function launch(url: string, at: Installation, more: Readonly<Record<string, string>>): ChildProcess {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  return spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      OCX_PORT: new URL(url).port,
      OCX_PUBLIC_URL: url,
      OCX_DATA_DIR: path.join(at.directory, 'data'),
      DATABASE_URL: at.databaseUrl,
      OCX_LOG_LEVEL: 'warn',
      OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE: path.join(at.directory, 'admin-password'),
      // Hundreds of logins: what one of them costs is no matter of these tests.
      OCX_PASSWORD_HASH_PASSES: '2',
      OCX_BROKER_ENROLMENT_CODE: ENROLMENT_CODE,
      OCX_TRUSTED_DASHBOARDS: DASHBOARD,
      ...more,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** The real service as a process of its own, with a database of its own. */
export class IdentityProcess {
  adminPassword = '';
  adminToken = '';

  private readonly conformance = new DocumentConformance(DOCUMENT);

  private constructor(
    readonly url: string,
    readonly installation: Installation,
    private readonly stopAll: () => Promise<void>,
  ) {}

  static async start(more: Readonly<Record<string, string>> = {}): Promise<IdentityProcess> {
    const installation = await newInstallation();
    try {
      return await IdentityProcess.startReplica(installation, more, () => installation.remove());
    } catch (error) {
      await installation.remove();
      throw error;
    }
  }

  /** One of several that share an installation, which outlives it unless `after` removes it. */
  static async startReplica(
    at: Installation,
    more: Readonly<Record<string, string>> = {},
    after: () => Promise<void> = () => Promise.resolve(),
  ): Promise<IdentityProcess> {
    const url = `http://127.0.0.1:${String(await freePort())}`;
    const child = launch(url, at, more);
    const stopChild = async (): Promise<void> => {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    };
    const identity = new IdentityProcess(url, at, async () => {
      await stopChild();
      await after();
    });
    try {
      await identity.untilUp();
      identity.adminPassword = (await readFile(path.join(at.directory, 'admin-password'), 'utf8')).trim();
      identity.adminToken = await identity.login('admin', identity.adminPassword, 'admin');
      return identity;
    } catch (error) {
      await stopChild();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.stopAll();
  }

  async call(method: string, route: string, call: Call = {}): Promise<Answer> {
    const { body, type } = payload(call);
    const response = await fetch(this.url + route, {
      method,
      redirect: 'manual',
      headers: {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(call.token === undefined ? {} : { 'x-auth-token': call.token }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    this.conformance.check(exchangeOf(method, route, call, type, response, text));
    const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  admin(method: string, route: string, json?: unknown): Promise<Answer> {
    return this.call(method, route, { token: this.adminToken, json });
  }

  authenticate(identity: object, scope?: unknown, query = '', headers?: Record<string, string>): Promise<Answer> {
    const json = { auth: { identity, scope } };
    return this.call('POST', `/v3/auth/tokens${query}`, { json, ...(headers ? { headers } : {}) });
  }

  /** A token by password, scoped to a project of the default domain when one is named. */
  async login(name: string, password: string, project?: string): Promise<string> {
    const answer = await this.authenticate(
      passwordOf(name, password),
      project === undefined ? undefined : { project: { name: project, domain: { id: 'default' } } },
    );
    if (answer.status !== 201) throw new Error(`Login of ${name}: ${String(answer.status)} ${answer.text}`);
    return answer.headers.get('x-subject-token') ?? '';
  }

  /** A user with the role member on a project of their own. */
  async member(name: string): Promise<{ userId: string; projectId: string; token: string; password: string }> {
    const password = `password-of-${name}`;
    const project = await this.admin('POST', '/v3/projects', { project: { name: `${name}-project` } });
    const user = await this.admin('POST', '/v3/users', { user: { name, password } });
    const [userId, projectId] = [user.body.user.id as string, project.body.project.id as string];
    await this.admin('PUT', `/v3/projects/${projectId}/users/${userId}/roles/${await this.roleId('member')}`);
    return { userId, projectId, password, token: await this.login(name, password, `${name}-project`) };
  }

  async roleId(name: string): Promise<string> {
    return (await this.admin('GET', `/v3/roles?name=${name}`)).body.roles[0].id as string;
  }

  private async untilUp(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      const up = await fetch(`${this.url}/healthcheck`).catch(() => undefined);
      if (up?.ok) return;
      await sleep(100);
    }
    throw new Error('Identity did not start.');
  }
}

export const passwordOf = (name: string, password: string) => ({
  methods: ['password'],
  password: { user: { name, password, domain: { id: 'default' } } },
});
