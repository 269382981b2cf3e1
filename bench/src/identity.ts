import { z } from 'zod';
import type { Session } from '@ocx/local-exchange/api/session';
import { administrator, startIdentityService, type IdentityService } from './identity-service.js';
import { hasKeystone, KEYSTONE_PACKAGES, startKeystone } from './keystone.js';
import { Clients, type Request } from './load.js';
import { median } from './measure.js';
import { processorSeconds } from './processor-time.js';
import { ms, type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const LOAD = { atOnce: 16, seconds: 4 } as const;
const WARM_UP_SECONDS = 2;
const ROUNDS = 3;
const PROJECTS = 51;
const SERVICES = ['compute', 'volumev3', 'image', 'object-store'] as const;

const SCENARIOS = [
  { what: 'token validation', bound: 40, request: validation },
  { what: 're-authentication with a token', bound: 15, request: reauthentication },
  { what: `list of ${PROJECTS} projects`, bound: 20, request: projectList },
] as const;

/** Processor time of a request at identity beside the same request at Debian's Keystone, databases and caches included. */
export async function identity(workplace: Workplace): Promise<Row[]> {
  if (!hasKeystone()) {
    process.stderr.write(`identity: not measured, for Debian's Keystone is not installed. To install it:
  apt-get install --no-install-recommends ${KEYSTONE_PACKAGES}
`);
    return [];
  }
  const ours = await prepared(await startIdentityService(workplace));
  const peer = await prepared(await startKeystone(workplace));
  const rows: Row[] = [];
  for (const scenario of SCENARIOS) {
    await sameContent(scenario.request, ours, peer);
    const rounds: { readonly ours: number; readonly peer: number }[] = [];
    for (const subject of [ours, peer]) await subject.clients.run(scenario.request(subject.session), WARM_UP_SECONDS);
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        peer: await processorMs(peer, scenario.request(peer.session)),
        ours: await processorMs(ours, scenario.request(ours.session)),
      });
    }
    const ratio = median(rounds.map((round) => round.peer / round.ours));
    rows.push({
      what: `${scenario.what}, per second of processor time`,
      measured: `${ms(median(rounds.map((round) => round.ours)))} each`,
      against: `${ms(median(rounds.map((round) => round.peer)))} each at Keystone`,
      ratio: times(ratio),
      bound: `≥ ${scenario.bound} ×`,
      kept: ratio >= scenario.bound,
    });
  }
  await Promise.all([ours.clients.close(), peer.clients.close()]);
  return rows;
}

interface Subject {
  readonly service: IdentityService;
  readonly session: Session;
  readonly clients: Clients;
}

/** The same catalog and projects at both. */
async function prepared(service: IdentityService): Promise<Subject> {
  const session = await administrator(service);
  const base = `${service.url}/v3`;
  await ensureManager(session, base);
  const { services } = await session.get(
    z.object({ services: z.array(z.object({ id: z.string(), type: z.string() })) }),
    `${base}/services`,
  );
  const made = z.object({ service: z.object({ id: z.string() }) });
  for (const type of SERVICES) {
    const known = services.find((one) => one.type === type);
    const id =
      known?.id ?? (await session.post(made, `${base}/services`, { service: { type, name: type } })).service.id;
    const endpoint = { service_id: id, interface: 'public', region_id: 'exchange', url: `http://${type}.example/v1` };
    await session.call({ method: 'POST', url: `${base}/endpoints`, json: { endpoint } });
  }
  for (let index = 1; index < PROJECTS; index += 1) {
    await session.call({ method: 'POST', url: `${base}/projects`, json: { project: { name: `project-${index}` } } });
  }
  return { service, session: await administrator(service), clients: new Clients(service.url, LOAD) };
}

/** Keystone 22 is older than the role manager, which newer ones imply from admin. */
async function ensureManager(session: Session, base: string): Promise<void> {
  const { roles } = await session.get(z.object({ roles: z.array(Named) }), `${base}/roles`);
  if (roles.some(({ name }) => name === 'manager')) return;
  const made = z.object({ role: Named });
  const { role } = await session.post(made, `${base}/roles`, { role: { name: 'manager' } });
  const admin = roles.find(({ name }) => name === 'admin');
  await session.call({ method: 'PUT', url: `${base}/roles/${admin?.id ?? ''}/implies/${role.id}` });
}

const Named = z.object({ id: z.string(), name: z.string() });

async function processorMs({ service, clients }: Subject, request: Request): Promise<number> {
  const before = processorSeconds(service.pids);
  const { latencies } = await clients.run(request);
  return ((processorSeconds(service.pids) - before) / latencies.length) * 1000;
}

export function validation({ token }: Session): Request {
  return {
    method: 'GET',
    path: '/v3/auth/tokens',
    headers: { 'x-auth-token': token, 'x-subject-token': token },
    expects: 200,
  };
}

export function reauthentication({ token, projectId }: Session): Request {
  const auth = { identity: { methods: ['token'], token: { id: token } }, scope: { project: { id: projectId } } };
  return { method: 'POST', path: '/v3/auth/tokens', json: { auth }, expects: 201 };
}

function projectList({ token }: Session): Request {
  return { method: 'GET', path: '/v3/projects', headers: { 'x-auth-token': token }, expects: 200 };
}

async function sameContent(request: (session: Session) => Request, ...subjects: readonly Subject[]): Promise<void> {
  const shapes = await Promise.all(
    subjects.map(async ({ clients, session }) => shapeOf(JSON.parse((await clients.ask(request(session))).toString()))),
  );
  const [first, ...others] = shapes.map((shape) => JSON.stringify(shape));
  const different = others.find((shape) => shape !== first);
  if (different !== undefined) throw new Error(`The answers are not of equal content:\n${first}\n${different}`);
}

/** Names and lengths without the values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return '';
  const entries = Object.entries(value).sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(entries.map(([name, inner]) => [name, shapeOf(inner)]));
}
