import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { HttpApi } from '@ocx/local-exchange/api/http';
import { Session } from '@ocx/local-exchange/api/session';
import { Exchange } from '@ocx/local-exchange/exchange';
import { portsAt } from '@ocx/local-exchange/ports';
import { removeExchange } from '@ocx/local-exchange/removal';
import { Tenant } from '@ocx/local-exchange/tour/tenant';
import { z } from 'zod';
import type { Workplace } from './workplace.js';

const PORTS = portsAt(22_000);
const NETWORK_POOLS = { harvard: '10.221.0.0/16', mit: '10.222.0.0/16' };

export interface RunningExchange {
  readonly exchange: Exchange;
  readonly tenant: Tenant;
  readonly session: Session;
}

/** A whole exchange on ports of the bench's own, with one tenant who may rent what the measurement needs. */
export async function startExchange(workplace: Workplace): Promise<RunningExchange> {
  const directory = join(workplace.directory, 'exchange');
  const exchange = Exchange.prepare({ directory, ports: PORTS, networkPools: NETWORK_POOLS, logLevel: 'warn' });
  workplace.onClose(async () => {
    await exchange.stop();
    await removeExchange(directory);
  });
  await exchange.start();
  const session = await newTenant(exchange);
  return { exchange, session, tenant: new Tenant(session) };
}

async function newTenant(exchange: Exchange): Promise<Session> {
  const { urls } = exchange;
  const operator = await exchange.operator();
  const password = randomBytes(12).toString('base64url');
  const project = await operator.ensureNamed('projects', 'bench', { domain_id: 'default' });
  const role = await operator.ensureNamed('roles', 'member');
  const user = { name: 'bench', password, domain_id: 'default' };
  const made = z.object({ user: z.object({ id: z.string() }) });
  const { id } = (await operator.session.post(made, `${urls.identity}/users`, { user })).user;
  const grant = `${urls.identity}/projects/${project}/users/${id}/roles/${role}`;
  await operator.session.call({ method: 'PUT', url: grant });
  return Session.password(new HttpApi(exchange.authority), urls.identity, 'bench', password, 'bench');
}
