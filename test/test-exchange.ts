import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HttpApi } from '@ocx/local-exchange/api/http';
import { Session } from '@ocx/local-exchange/api/session';
import { type ExchangeUrls, urlsOf } from '@ocx/local-exchange/exchange.services';
import { applicationCredentialOpenrc, type Openrc, passwordOpenrc } from '@ocx/local-exchange/openrc';
import { Operator } from '@ocx/local-exchange/operator/operator';
import { portsAt, type Ports } from '@ocx/local-exchange/ports';
import { Tenant } from '@ocx/local-exchange/tour/tenant';
import { z } from 'zod';
import { used } from './secrets-in-logs.js';

const run = promisify(execFile);

export const TEST_PORTS = portsAt(20_000);
/** Where a landlord may move to. */
export const MOVE_PORT = TEST_PORTS.harvard + 40;
export const FAULT_PORTS = portsAt(21_000);
export const TLS_PORTS = portsAt(19_000);
export const HOSTILE_PORTS = portsAt(16_000);
/** What `npm start` is told, in its own words. */
export const START_PORT_OFFSET = 18_000;
export const OTHER_USER_PORT_OFFSET = 17_000;
export const TEST_NETWORK_POOLS = { harvard: '10.211.0.0/16', mit: '10.212.0.0/16' };
export const FAULT_NETWORK_POOLS = { harvard: '10.213.0.0/16', mit: '10.214.0.0/16' };
export const HOSTILE_NETWORK_POOLS = { harvard: '10.217.0.0/16', mit: '10.218.0.0/16' };
export const TLS_NETWORK_POOLS = { harvard: '10.215.0.0/16', mit: '10.216.0.0/16' };

const Remembered = z.object({
  label: z.string(),
  ports: z.record(z.string(), z.number()),
  authority: z.string().optional(),
});

/** The lines a docker command prints. */
async function listed(...args: string[]): Promise<string[]> {
  return (await run('docker', args)).stdout.split('\n').filter(Boolean);
}

export interface AccessRule {
  readonly service: string;
  readonly method: string;
  readonly path: string;
}

/** A user with a project of its own, and everything it takes to act as that user. */
export interface TestTenant {
  readonly session: Session;
  readonly tenant: Tenant;
  readonly userName: string;
  readonly password: string;
  readonly projectName: string;
  /** For stock clients: a password user. */
  readonly passwordOpenrc: Openrc;
  /** For stock clients: an application credential of the same user, held to access rules and a budget if there are any. */
  applicationCredentialOpenrc(accessRules?: readonly AccessRule[], budget?: string): Promise<Openrc>;
}

/** The running exchange as its operator and its tenants see it. */
export class ExchangeUnderTest {
  private constructor(
    readonly http: HttpApi,
    readonly urls: ExchangeUrls,
    readonly operator: Operator,
    /** Marks what it makes at the engine. */
    readonly label: string,
    /** Where its state and logs are. */
    readonly directory: string,
    /** PEM file of its private certificate authority, where it has one. */
    readonly authority: string | undefined,
  ) {}

  /** Where it listens stands in its directory. */
  static async open(directory: string): Promise<ExchangeUnderTest> {
    const { ports, label, authority } = Remembered.parse(
      JSON.parse(await readFile(join(directory, 'exchange.json'), 'utf8')),
    );
    const http = new HttpApi(authority);
    const urls = urlsOf(ports as Ports, authority === undefined ? 'http' : 'https');
    const password = (await readFile(join(directory, 'secrets', 'admin-password'), 'utf8')).trim();
    const operator = await Operator.login(http, urls, password);
    return new ExchangeUnderTest(http, urls, operator, label, directory, authority);
  }

  /** A secret that the exchange generated, such as `university-ada`. */
  async secret(name: string): Promise<string> {
    return (await readFile(join(this.directory, 'secrets', name), 'utf8')).trim();
  }

  /** Ids of a landlord's servers' containers at the engine, running or not: all, or those of one server. */
  containersOf(landlord: 'harvard' | 'mit', serverId = ''): Promise<string[]> {
    const owner = `label=ocx.landlord=${landlord}-${this.label}`;
    const servers = ['--filter', owner, '--filter', 'label=ocx.server', '--filter', `name=${serverId}`];
    return listed('ps', '--all', '--quiet', ...servers);
  }

  /** A new member of a new project in the Default domain. */
  async newTenant(prefix = 'tenant', roles: readonly string[] = ['member']): Promise<TestTenant> {
    const suffix = randomBytes(4).toString('hex');
    const userName = `${prefix}-${suffix}`;
    const projectName = `${prefix}-project-${suffix}`;
    const password = randomBytes(12).toString('base64url');
    const { operator, urls, http } = this;
    const projectId = await operator.ensureNamed('projects', projectName, { domain_id: 'default' });
    const user = { name: userName, password, domain_id: 'default' };
    const User = z.object({ user: z.object({ id: z.string() }) });
    const { id } = (await operator.session.post(User, `${urls.identity}/users`, { user })).user;
    for (const role of roles) {
      const roleId = await operator.ensureNamed('roles', role);
      const url = `${urls.identity}/projects/${projectId}/users/${id}/roles/${roleId}`;
      await operator.session.call({ method: 'PUT', url });
    }
    const session = await Session.password(http, urls.identity, userName, password, projectName);
    await used(this.directory, 'a password of a user', password);
    await used(this.directory, 'an exchange token', session.token);
    const place = {
      authUrl: urls.identity,
      region: 'exchange',
      ...(this.authority === undefined ? {} : { authority: this.authority }),
    };
    return {
      session,
      tenant: new Tenant(session),
      userName,
      password,
      projectName,
      passwordOpenrc: passwordOpenrc(place, { name: userName, password, project: projectName }),
      applicationCredentialOpenrc: async (accessRules, budget) => {
        const rules = accessRules === undefined ? {} : { access_rules: accessRules };
        const limit = budget === undefined ? {} : { 'OS-OCX:budget': budget };
        const credential = { name: `credential-${randomBytes(4).toString('hex')}`, ...rules, ...limit };
        const answer = z.object({ application_credential: z.object({ id: z.string(), secret: z.string() }) });
        const url = `${urls.identity}/users/${id}/application_credentials`;
        const body = { application_credential: credential };
        const made = (await session.post(answer, url, body)).application_credential;
        await used(this.directory, 'the secret of an application credential', made.secret);
        return applicationCredentialOpenrc(place, made);
      },
    };
  }
}
