import { existsSync } from 'node:fs';
import path from 'node:path';
import { HttpApi } from './api/http.js';
import { HELP, parseCommandLine, type StartCommand } from './command-line.js';
import { Exchange } from './exchange.js';
import { DEFAULT_DIRECTORY } from './layout.js';
import { openrcText, passwordOpenrc } from './openrc.js';
import { portsFrom } from './ports.js';
import { firstSignal } from './signals.js';
import { PEOPLE } from './supervisor/home-university.js';
import type { Tls } from './supervisor/service-process.js';
import { Terminal } from './terminal.js';
import { tour } from './tour/tour.js';
import { COMBINED_REGION } from './api/session.js';

const KILLED = 130;

function tlsFrom(environment: NodeJS.ProcessEnv): Tls | undefined {
  const { OCX_TLS_CERT: certificate, OCX_TLS_KEY: key, OCX_TLS_CA: authority } = environment;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined || authority === undefined) {
    throw new Error('HTTPS needs all three: OCX_TLS_CERT, OCX_TLS_KEY and OCX_TLS_CA (the authority that signed it).');
  }
  return { certificate: path.resolve(certificate), key: path.resolve(key), authority: path.resolve(authority) };
}

async function writeAdminOpenrc(exchange: Exchange): Promise<string> {
  const password = await exchange.adminPassword();
  const file = exchange.state.at('openrc-admin');
  const place = { authUrl: exchange.urls.identity, region: COMBINED_REGION, authority: exchange.authority };
  const user = { name: 'admin', password, project: 'admin' };
  await exchange.state.writePrivate(file, openrcText(passwordOpenrc(place, user)));
  return file;
}

function showWhatToTry(terminal: Terminal, exchange: Exchange): void {
  const { urls, state } = exchange;
  const relative = (file: string) => path.relative(process.cwd(), file) || file;
  // The tour makes the researcher's, this time or an earlier one.
  const researcher = existsSync(state.at('openrc')) ? [state.at('openrc')] : [];
  const operator = state.at('openrc-admin');
  terminal.section('Running', 'the exchange is yours until you press Ctrl-C');
  terminal.table(
    ['what', 'where'],
    [
      ['identity (Keystone v3)', urls.identity],
      ['broker', urls.broker],
      ['objects', urls.objects],
      ['home university', exchange.university.baseUrl],
      ...Object.entries(urls.landlords).map(([name, url]) => [`landlord ${name}`, url]),
      ...researcher.map((file) => ['researcher', relative(file)]),
      ['operator', relative(operator)],
      ['logs', relative(state.at('logs'))],
    ],
  );
  terminal.line();
  terminal.line('  Try, in another terminal:');
  terminal.line();
  terminal.line(`    source ${relative(researcher[0] ?? operator)}`);
  terminal.line('    openstack catalog list');
  terminal.line('    openstack server create --image demonstration --flavor m1.tiny --wait hello');
  terminal.line('    openstack server list --long');
  terminal.line();
}

async function startExchange(command: StartCommand, terminal: Terminal): Promise<number> {
  const exchange = Exchange.prepare({
    directory: path.resolve(command.directory ?? DEFAULT_DIRECTORY),
    ports: portsFrom(process.env),
    mountHelper: process.env['OCX_MOUNT_HELPER'] || undefined,
    tls: tlsFrom(process.env),
    terminal,
  });
  const signal = firstSignal(() => {
    exchange.kill();
    process.exit(KILLED);
  });
  const began = performance.now();
  const work = async (): Promise<void> => {
    terminal.title('Open Cloud eXchange', 'one cloud, many landlords');
    await exchange.start();
    await writeAdminOpenrc(exchange);
    terminal.note(`Everything runs after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    if (command.tour) await tour(await tourInput(exchange, terminal));
    showWhatToTry(terminal, exchange);
  };
  return runUntilSignal(exchange, terminal, work, signal);
}

async function tourInput(exchange: Exchange, terminal: Terminal) {
  const username = PEOPLE[0]?.username ?? '';
  return {
    http: exchange.http,
    terminal,
    identityUrl: exchange.urls.identity,
    brokerUrl: exchange.urls.broker,
    username,
    password: await exchange.university.passwordOf(username),
    directory: exchange.state.root,
    authority: exchange.authority,
  };
}

/** A signal is heard at any moment, also in the middle of the start or the tour. */
async function runUntilSignal(
  exchange: Exchange,
  terminal: Terminal,
  work: () => Promise<void>,
  signal: Promise<NodeJS.Signals>,
): Promise<number> {
  let failure: unknown;
  const working = work().then(
    () => signal,
    (error: unknown) => {
      failure = error;
      return undefined;
    },
  );
  const ended = await Promise.race([working, signal]);
  if (ended === undefined) terminal.line(`\n  ${terminal.paint('red', 'Failed:')} ${messageOf(failure)}\n`);
  terminal.section('Stopping', ended ?? 'after the failure');
  const stopped = await terminal
    .step('services, servers, volumes, databases', () => exchange.stop())
    .then(
      () => true,
      (error: unknown) => {
        terminal.line(`\n  ${terminal.paint('red', 'Failed:')} ${messageOf(error)}\n`);
        return false;
      },
    );
  const engine = await exchange.stopEngine().catch(() => 'in use' as const);
  if (engine === 'stopped') terminal.note('The Docker engine that set-up had started is stopped too.');
  if (engine === 'in use') terminal.note('The Docker engine that set-up had started keeps running: others use it.');
  return ended === undefined || !stopped ? 1 : 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function tourElsewhere(command: StartCommand, terminal: Terminal): Promise<number> {
  if (command.tourOnly === undefined) return 1;
  const { authority } = command.tourOnly;
  const http = new HttpApi(authority);
  try {
    const directory = path.resolve(command.directory ?? DEFAULT_DIRECTORY);
    await tour({ ...command.tourOnly, http, terminal, directory });
    return 0;
  } catch (error) {
    terminal.line(`\n  ${terminal.paint('red', 'Failed:')} ${messageOf(error)}\n`);
    return 1;
  } finally {
    await http.close();
  }
}

async function main(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2), process.env);
  if (command.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const terminal = new Terminal();
  return command.tourOnly === undefined ? startExchange(command, terminal) : tourElsewhere(command, terminal);
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
