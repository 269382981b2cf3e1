import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BaseConfig, ConfigurationError, loadConfig } from '@ocx/service-kit/config';
import pg from 'pg';
import { z } from 'zod';
import { requestMove, type MoveRequest, type MoveState, stateOf } from './moves/move-request.js';

const HELP = `Moves a landlord to another address, gives it a new key, or both, while its service runs and serves.

  node packages/landlord-kit/dist/move-landlord.js [--endpoint URL] [--port PORT] [--new-key] [--wait SECONDS]
  node packages/landlord-kit/dist/move-landlord.js --show

  --endpoint  the URL at which the exchange's broker reaches the service from now on
  --port      a port at which the running service listens as well, besides OCX_PORT, when --endpoint leads to it
  --new-key   the service makes a new key; what it signs from now on, it signs with that
  --wait      how long to wait for the exchange's answer; 60 seconds unless told otherwise
  --show      only tells where the landlord is, and what became of the last move

It needs DATABASE_URL (or DATABASE_URL_FILE) of the service. The running service signs the move with its present key and
with the new one, answers the exchange's challenge at the new address, and takes calls at both addresses until nobody uses
the old one any more. Before its next start, set OCX_PORT and OCX_PUBLIC_URL to the new ones.

Exit code: 0 moved, 1 refused (and everything is as it was), 2 an option or a setting is wrong, 3 still under way.

Examples:

  The same service at another port:
  $ node packages/landlord-kit/dist/move-landlord.js --endpoint https://cloud.example:8802 --port 8802
  moved: landlord-0f… is at https://cloud.example:8802 with key 4xK… (move 1)

  Another name for the same machine, whose port stays:
  $ node packages/landlord-kit/dist/move-landlord.js --endpoint https://compute.cloud.example:8801

  A new key, every year or because a copy of the old one is lost:
  $ node packages/landlord-kit/dist/move-landlord.js --new-key
`;

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

const Options = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https?$/ })
      .max(256)
      .optional(),
    port: z.coerce.number().int().min(1).max(65_535).optional(),
    'new-key': z.boolean().default(false),
    wait: z.coerce.number().int().min(0).max(3_600).default(60),
    show: z.boolean().default(false),
    help: z.boolean().default(false),
  })
  .refine(({ endpoint, port }) => port === undefined || endpoint !== undefined, '--port goes with --endpoint')
  .refine((options) => options.endpoint !== undefined || options['new-key'] || options.show || options.help, {
    error: '--endpoint or --new-key is needed; see --help',
  });

function optionsGiven(): z.infer<typeof Options> {
  try {
    const { values } = parseArgs({
      options: {
        endpoint: { type: 'string' },
        port: { type: 'string' },
        'new-key': { type: 'boolean' },
        wait: { type: 'string' },
        show: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return Options.parse(values);
  } catch (error) {
    return fail(error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message, 2);
  }
}

function databaseUrl(): string {
  try {
    return loadConfig(BaseConfig.pick({ DATABASE_URL: true })).DATABASE_URL;
  } catch (error) {
    if (error instanceof ConfigurationError) return fail(error.problems.join('\n'), 2);
    throw error;
  }
}

const told = ({ landlordId, endpoint, keyThumbprint, moveSeq }: MoveState) =>
  `${landlordId} is at ${endpoint} with key ${keyThumbprint} (move ${String(moveSeq)})`;

async function move(client: pg.Client, request: MoveRequest, waitSeconds: number): Promise<never> {
  const askedAt = await requestMove(client, request);
  if (askedAt === undefined) fail('Another move is under way; --show tells of it.', 1);
  const until = Date.now() + waitSeconds * 1_000;
  for (;;) {
    const state = await stateOf(client);
    const { outcome, detail } = state?.move ?? {};
    if (state && outcome === 'moved') {
      process.stdout.write(`moved: ${told(state)}\n`);
      process.exit(0);
    }
    if (outcome === 'refused') fail(`refused: ${detail ?? ''}`, 1);
    if (Date.now() >= until) {
      fail('Still under way: the service carries it out as soon as it runs and reaches the exchange.', 3);
    }
    await sleep(250);
  }
}

const options = optionsGiven();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const client = new pg.Client({ connectionString: databaseUrl(), connectionTimeoutMillis: 5_000 });
await client.connect().catch((error: unknown) => fail(`The database does not answer: ${(error as Error).message}`, 2));
const state = await stateOf(client).catch((error: unknown) =>
  fail(`The database is not one of a landlord's service: ${(error as Error).message}`, 2),
);
if (!state) fail('This landlord is not enrolled at an exchange yet; it enrols where OCX_PUBLIC_URL says.', 2);
if (options.show) {
  const { outcome = 'none', detail } = state.move ?? {};
  process.stdout.write(`${told(state)}; last move: ${outcome ?? 'under way'}${detail == null ? '' : `, ${detail}`}\n`);
  await client.end();
} else {
  const { endpoint, port, 'new-key': newKey, wait } = options;
  await move(client, { endpoint: endpoint?.replace(/\/+$/, '') ?? null, port: port ?? null, newKey }, wait);
}
