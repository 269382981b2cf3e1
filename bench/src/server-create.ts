import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Session } from '@ocx/local-exchange/api/session';
import { z } from 'zod';
import { median, timed } from './measure.js';
import { startExchange } from './running-exchange.js';
import { ms, type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const run = promisify(execFile);

const ROUNDS = { 1: 24, 8: 9 } as const;
/** Not counted: what a process does for the first time takes longer, and start-up has a row of its own. */
const WARM_UP = 2;
/**
 * Between two questions, this part of the time waited so far, for a question costs the machine some 10 ms of processor
 * time that the servers asked for go without: so neither what asking costs nor what it is late by is more than a few
 * per cent of what is measured.
 */
const POLL_SHARE = 0.05;
const POLL_MIN_MS = 10;
/** What a delete goes on with after its answer is not to be measured as something else's. */
const REST_MS = 500;
const BOUND = 1.25;
const LANDLORD = 'harvard';
const Inspected = z
  .array(
    z.object({
      Image: z.string(),
      Config: z.object({ Cmd: z.array(z.string()).nullable() }),
      HostConfig: z.object({
        NanoCpus: z.number(),
        Memory: z.number(),
        MemorySwap: z.number(),
        PidsLimit: z.number().nullable(),
      }),
      NetworkSettings: z.object({ Networks: z.record(z.string(), z.unknown()) }),
    }),
  )
  .length(1);
const Created = z.object({ server: z.object({ id: z.string() }) });
const Shown = z.object({ server: z.object({ status: z.string() }) });

/** What `docker run -d` needs to start the same container: image, limits and network of a server that runs. */
async function likeServer(id: string, label: string): Promise<string[]> {
  const { stdout: container } = await run('docker', ['ps', '--quiet', '--filter', `label=ocx.server=${id}`]);
  const { stdout } = await run('docker', ['inspect', container.trim()]);
  const one = Inspected.parse(JSON.parse(stdout))[0];
  if (one === undefined) throw new Error('The server has no container.');
  const { NanoCpus, Memory, MemorySwap, PidsLimit } = one.HostConfig;
  const network = Object.keys(one.NetworkSettings.Networks)[0];
  if (network === undefined) throw new Error('The server has no network.');
  const memory = ['--memory', String(Memory), '--memory-swap', String(MemorySwap)];
  const limits = ['--cpus', String(NanoCpus / 1e9), ...memory, '--pids-limit', String(PidsLimit ?? 0)];
  const command = one.Config.Cmd ?? [];
  return ['run', '--detach', ...limits, '--network', network, '--label', label, one.Image, ...command];
}

/**
 * Asks for `count` servers at once and waits for one after the other to be ACTIVE, as clients do. Gives their ids.
 * @param firstLookMs what the engine alone just took: nobody asks before they can be there
 */
async function createThroughBroker(
  session: Session,
  image: string,
  count: number,
  firstLookMs: number,
): Promise<string[]> {
  const nova = session.endpoint('compute', 'exchange');
  const server = { name: 'bench', imageRef: image, flavorRef: 'm1.tiny', availability_zone: LANDLORD };
  const start = performance.now();
  const create = async () => (await session.post(Created, `${nova}/servers`, { server })).server.id;
  const [ids] = await Promise.all([repeat(count, create), delay(firstLookMs)]);
  for (const id of ids) {
    for (;;) {
      const { status } = (await session.get(Shown, `${nova}/servers/${id}`)).server;
      if (status === 'ACTIVE') break;
      if (status === 'ERROR') throw new Error('A server ended in ERROR.');
      await delay(Math.max(POLL_MIN_MS, POLL_SHARE * (performance.now() - start)));
    }
  }
  return ids;
}

async function removeLabelled(label: string): Promise<void> {
  const { stdout } = await run('docker', ['ps', '--all', '--quiet', '--filter', `label=${label}`]);
  const containers = stdout.split('\n').filter((id) => id !== '');
  if (containers.length > 0) await run('docker', ['rm', '--force', '--volumes', ...containers]);
}

const repeat = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));

/** Create to ACTIVE through the broker, beside `docker run -d` of the same container on the same network. */
export async function serverCreate(workplace: Workplace): Promise<Row[]> {
  const { exchange, session, tenant } = await startExchange(workplace);
  const label = `ocx.bench=${exchange.label}`;
  workplace.onClose(() => removeLabelled(label));
  const image = await tenant.imageNamed('demonstration');
  const [first = ''] = await createThroughBroker(session, image, 1, 0);
  const dockerRun = await likeServer(first, label);
  const rows: Row[] = [];
  for (const atOnce of [1, 8] as const) {
    const ours: number[] = [];
    const engine: number[] = [];
    // In turn, so that both meet the same machine.
    for (let round = -WARM_UP; round < ROUNDS[atOnce]; round += 1) {
      const alone = await timed(() => repeat(atOnce, () => run('docker', dockerRun)));
      await removeLabelled(label);
      await delay(REST_MS);
      let ids: string[] = [];
      const taken = await timed(async () => (ids = await createThroughBroker(session, image, atOnce, alone)));
      await Promise.all(ids.map((id) => tenant.deleteServer(id)));
      await delay(REST_MS);
      if (round < 0) continue;
      engine.push(alone);
      ours.push(taken);
    }
    const ratio = median(ours) / median(engine);
    rows.push({
      what: `server create to ACTIVE, ${atOnce} at once`,
      measured: ms(median(ours)),
      against: `${ms(median(engine))} docker run -d`,
      ratio: times(ratio),
      bound: `≤ ${times(BOUND)}`,
      kept: ratio <= BOUND,
    });
  }
  await tenant.deleteServer(first);
  return rows;
}
