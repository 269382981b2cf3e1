import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HttpApi } from './api/http.js';
import { buildImage, IMAGE_NAME, imageFileOf } from './exchange.images.js';
import { brokerPlan, identityPlan, urlsOf, type ExchangeUrls } from './exchange.services.js';
import type { ExchangeOptions } from './exchange.options.js';
import { NETWORK_POOLS, preparedLandlord } from './exchange.landlords.js';
import {
  CLONE,
  COMPUTE_LANDLORDS,
  LANDLORDS,
  PACKAGE_DIRECTORY,
  STORAGE_LANDLORDS,
  labelOf,
  type LandlordName,
  type ServiceName,
} from './layout.js';
import { federate } from './operator/federation.js';
import { Operator } from './operator/operator.js';
import { landlordsEnrolled, operatorWithCatalog } from './operator/readiness.js';
import type { Ports } from './ports.js';
import { refuseBusyPorts } from './supervisor/busy-ports.js';
import { DirectoryClaim } from './supervisor/directory-claim.js';
import { DEFAULT_DOCKER_HOST, Engine } from './supervisor/engine.js';
import { clearHost } from './supervisor/host-leftovers.js';
import { HomeUniversity } from './supervisor/home-university.js';
import { endPreviousRun } from './supervisor/previous-run.js';
import { type Privileges, privilegesOf } from './supervisor/privileges.js';
import { Postgres } from './supervisor/postgres.js';
import type { ServiceProcess } from './supervisor/service-process.js';
import { Services } from './supervisor/services.js';
import { StateDirectory } from './supervisor/state-directory.js';
import { Terminal } from './terminal.js';
import { together } from './polling.js';

/** Compute unmounts volumes whose exports storage holds, and everyone says goodbye to the broker and to identity. */
const STOP_ORDER: readonly (readonly ServiceName[])[] = [
  COMPUTE_LANDLORDS,
  STORAGE_LANDLORDS,
  ['broker'],
  ['identity'],
];

/** A whole exchange on one machine: PostgreSQL, identity, broker, four landlords, and a home university to log in at. */
export class Exchange {
  readonly state: StateDirectory;
  readonly urls: ExchangeUrls;
  readonly http: HttpApi;
  readonly engine: Engine;
  /** Marks what it makes at the engine. */
  readonly label: string;
  private privileges: Privileges | undefined;
  private home: HomeUniversity | undefined;
  private readonly terminal: Terminal;
  private services: Services | undefined;
  private postgres: Postgres | undefined;
  private claim: DirectoryClaim | undefined;
  private starting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  private constructor(private readonly options: ExchangeOptions) {
    this.state = new StateDirectory(path.resolve(options.directory));
    this.label = labelOf(options.directory);
    this.urls = urlsOf(options.ports, options.tls ? 'https' : 'http');
    this.http = new HttpApi(options.tls?.authority);
    this.engine = new Engine(this.state, options.dockerHost ?? process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST);
    this.terminal = options.terminal ?? new Terminal({ write: () => undefined });
  }

  /** The exchange, not yet started: so that a signal during the start has something to stop. */
  static prepare(options: ExchangeOptions): Exchange {
    return new Exchange(options);
  }

  /** Starts everything. The second start of a directory finds all its data and does no work of the first one again. */
  static async start(options: ExchangeOptions): Promise<Exchange> {
    const exchange = new Exchange(options);
    try {
      await exchange.start();
      return exchange;
    } catch (error) {
      const [stopped] = await Promise.allSettled([exchange.stop()]);
      throw stopped.status === 'fulfilled' ? error : new AggregateError([error, stopped.reason], String(error));
    }
  }

  start(): Promise<void> {
    this.starting ??= this.startAll();
    return this.starting;
  }

  private async startAll(): Promise<void> {
    const { terminal, options } = this;
    await this.claimDirectory();
    this.goOn();
    const port = (name: keyof Ports) => `127.0.0.1:${String(options.ports[name])}`;
    await terminal.step(
      'PostgreSQL',
      () => this.startPostgres(),
      () => port('postgres'),
    );
    this.goOn();
    await together([
      terminal.step(
        'identity',
        () => this.startIdentity(),
        () => this.urls.identity,
      ),
      terminal.step(
        'home university',
        () => this.startUniversity(),
        () => this.university.baseUrl,
      ),
      terminal.step('demonstration image', () => buildImage(this.state)),
    ]);
    await terminal.step(
      'broker',
      () => this.startBroker(),
      () => this.urls.broker,
    );
    const operator = await operatorWithCatalog(() => this.operator());
    await together([
      terminal.step('the university is trusted', () => federate(operator, this.university)),
      terminal.step('demonstration image at the broker', () =>
        operator.ensureImage(IMAGE_NAME, imageFileOf(this.state)),
      ),
      ...LANDLORDS.map((name) =>
        terminal.step(
          name,
          () => this.startLandlord(name, operator),
          () => this.urls.landlords[name],
        ),
      ),
    ]);
    await terminal.step(
      'landlords enrolled',
      () => landlordsEnrolled(operator),
      (names) => names.join(', '),
    );
  }

  private goOn(): void {
    if (this.stopping !== undefined) throw new Error('The exchange is stopping.');
  }

  service(name: ServiceName): ServiceProcess {
    return this.running.get(name);
  }

  get university(): HomeUniversity {
    if (this.home === undefined) throw new Error('The home university was not started.');
    return this.home;
  }

  /** What the operator can do, with a fresh token. */
  async operator(): Promise<Operator> {
    return Operator.login(this.http, this.urls, await this.adminPassword());
  }

  /** As identity generated it at its first start. */
  async adminPassword(): Promise<string> {
    return (await readFile(this.adminPasswordFile, 'utf8')).trim();
  }

  get adminPasswordFile(): string {
    return this.state.secretFile('admin-password');
  }

  get authority(): string | undefined {
    return this.options.tls?.authority;
  }

  /** Can be called at any time, also during the start, and more than once. Rejects with the names of what stayed. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  /** The engine, if set-up started it for this exchange: the last thing to stop. */
  async stopEngine(): Promise<'not ours' | 'stopped' | 'in use'> {
    return this.claim === undefined ? 'not ours' : this.engine.stopIfOurs();
  }

  /** PostgreSQL as it comes back from a crash, under everybody who uses it. */
  async crashPostgres(): Promise<void> {
    this.postgres?.kill();
    await this.postgres?.restart();
  }

  /** At once, without care. The next start repairs what this leaves. */
  kill(): void {
    this.services?.kill();
    this.home?.kill();
    this.postgres?.kill();
  }

  private async claimDirectory(): Promise<void> {
    const { state, engine, label } = this;
    const { ports, tls } = this.options;
    const { shell } = (this.privileges = await privilegesOf(engine.dockerHost, this.options.mountHelper));
    await state.prepare();
    this.claim = await DirectoryClaim.take(state);
    for (const note of await endPreviousRun(state, shell)) this.terminal.note(note);
    await refuseBusyPorts(ports);
    await state.writeJson('exchange.json', {
      label,
      dockerHost: engine.dockerHost,
      ports,
      ...(tls === undefined ? {} : { authority: tls.authority }),
    });
  }

  private async startPostgres(): Promise<void> {
    const { options, state, http } = this;
    const postgres = await Postgres.start(state, options.ports.postgres);
    postgres.onUnexpectedEnd(this.ended);
    this.postgres = postgres;
    const runtime = {
      directory: state,
      http,
      root: CLONE,
      databaseUrl: (name: ServiceName) => postgres.database(name),
      tls: options.tls,
      logLevel: options.logLevel ?? 'info',
    };
    this.services = new Services(runtime, options.overrides ?? {}, this.ended);
  }

  private async startUniversity(): Promise<void> {
    const simpleSamlPhp = path.join(PACKAGE_DIRECTORY, 'simplesamlphp');
    this.home = await HomeUniversity.start(this.state, { port: this.options.ports.university, simpleSamlPhp });
    this.home.onUnexpectedEnd(this.ended);
  }

  private async startIdentity(): Promise<void> {
    const enrolmentCode = await this.state.secret('broker-enrolment-code');
    const { adminPasswordFile, urls } = this;
    await this.running.start(identityPlan({ ports: this.options.ports, urls, adminPasswordFile, enrolmentCode }));
  }

  private async startBroker(): Promise<void> {
    const enrolmentCode = await this.state.secret('broker-enrolment-code');
    await this.running.start(brokerPlan({ ports: this.options.ports, urls: this.urls, enrolmentCode }));
  }

  private async startLandlord(name: LandlordName, operator: Operator): Promise<void> {
    const plan = await preparedLandlord(name, operator, {
      state: this.state,
      ports: this.options.ports,
      urls: this.urls,
      dockerHost: this.engine.dockerHost,
      label: this.label,
      networkPools: this.options.networkPools ?? NETWORK_POOLS,
      mountHelper: this.privileges?.mountHelper,
    });
    await this.running.start(plan);
  }

  private get running(): Services {
    if (this.services === undefined) throw new Error('No service was started.');
    return this.services;
  }

  private readonly ended = (message: string): void => {
    if (this.stopping === undefined) this.terminal.note(message);
  };

  private async stopAll(): Promise<void> {
    await this.stopParts();
    // A start that was under way fails now; what it had just begun is stopped as well.
    await Promise.allSettled([this.starting]);
    await this.stopParts();
    let stayed: string[] = [];
    try {
      // Without the claim everything here belongs to somebody else.
      if (this.claim !== undefined) stayed = await this.stopWhatIsLeft();
    } finally {
      await this.claim?.release();
      await this.http.close();
    }
    if (stayed.length > 0) throw new Error(`All is stopped, but this stayed on the machine:\n  ${stayed.join('\n  ')}`);
  }

  private async stopParts(): Promise<void> {
    this.services?.close();
    for (const names of STOP_ORDER) await this.services?.stop(names);
    await Promise.all([this.postgres?.stop(), this.home?.stop()].filter((one) => one !== undefined));
  }

  private async stopWhatIsLeft(): Promise<string[]> {
    if (await this.engine.answers()) {
      for (const name of COMPUTE_LANDLORDS) await this.engine.stopContainers(`${name}-${this.label}`);
    }
    return this.privileges === undefined ? [] : clearHost(this.state.root, this.privileges.shell);
  }
}
