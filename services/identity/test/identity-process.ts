import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@ocx/testing/free-port';
import { testDatabase } from '@ocx/testing/postgres';

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

/** The real service as a process of its own, with a database of its own. */
export class IdentityProcess {
  adminPassword = '';
  adminToken = '';

  private constructor(
    readonly url: string,
    private readonly stopAll: () => Promise<void>,
  ) {}

  static async start(): Promise<IdentityProcess> {
    const database = await testDatabase();
    const directory = await mkdtemp(path.join(tmpdir(), 'ocx-identity-test-'));
    const url = `http://127.0.0.1:${String(await freePort())}`;
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        OCX_PORT: new URL(url).port,
        OCX_PUBLIC_URL: url,
        OCX_DATA_DIR: path.join(directory, 'data'),
        DATABASE_URL: database.url,
        OCX_LOG_LEVEL: 'warn',
        OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE: path.join(directory, 'admin-password'),
        OCX_BROKER_ENROLMENT_CODE: ENROLMENT_CODE,
        OCX_TRUSTED_DASHBOARDS: DASHBOARD,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const stop = async (): Promise<void> => {
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    };
    const identity = new IdentityProcess(url, stop);
    try {
      await identity.untilUp();
      identity.adminPassword = (await readFile(path.join(directory, 'admin-password'), 'utf8')).trim();
      identity.adminToken = await identity.login('admin', identity.adminPassword, 'admin');
      return identity;
    } catch (error) {
      await stop();
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
    const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  admin(method: string, route: string, json?: unknown): Promise<Answer> {
    return this.call(method, route, { token: this.adminToken, json });
  }

  authenticate(identity: object, scope?: unknown, query = ''): Promise<Answer> {
    return this.call('POST', `/v3/auth/tokens${query}`, { json: { auth: { identity, scope } } });
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
