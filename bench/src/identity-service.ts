import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpApi } from '@ocx/local-exchange/api/http';
import { Session } from '@ocx/local-exchange/api/session';
import { Databases } from './databases.js';
import { startService } from './service.js';
import type { Workplace } from './workplace.js';

/** Something that speaks Keystone v3, and all the processes that work for it. */
export interface IdentityService {
  readonly name: string;
  readonly url: string;
  readonly adminPassword: string;
  /** Of the service, its database server and its cache. */
  readonly pids: readonly number[];
}

export interface OwnIdentity extends IdentityService {
  readonly databaseUrl: string;
  readonly pid: number;
  readonly databases: Databases;
  readonly crash: () => Promise<void>;
}

/** OCX's identity as one process, on a PostgreSQL of its own. */
export async function startIdentityService(workplace: Workplace): Promise<OwnIdentity> {
  const databases = await Databases.open(workplace);
  const databaseUrl = await databases.create();
  const passwordFile = join(workplace.directory, 'admin-password');
  const { pid, url, crash } = await startService(workplace, 'identity', {
    DATABASE_URL: databaseUrl,
    OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE: passwordFile,
  });
  const adminPassword = (await readFile(passwordFile, 'utf8')).trim();
  return { name: 'OCX', url, adminPassword, pid, databaseUrl, databases, crash, pids: [pid, databases.pid] };
}

/** `admin` of the project `admin`, as both services are born with. */
export function administrator({ url, adminPassword }: IdentityService): Promise<Session> {
  return Session.password(new HttpApi(), `${url}/v3`, 'admin', adminPassword, 'admin');
}
