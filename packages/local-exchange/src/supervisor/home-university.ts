import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ManagedProcess } from './managed-process.js';
import { authenticationSources, certificateScript, hostedMetadata, settings } from './home-university.config.js';
import type { StateDirectory } from './state-directory.js';
import { giveToUnprivileged, unprivileged } from './unprivileged.js';

export interface Person {
  readonly username: string;
  readonly displayName: string;
  readonly mail: string;
  readonly affiliation: string;
}

/** Who has an account at the home university. Nobody here has a password at the exchange. */
export const PEOPLE: readonly Person[] = [
  { username: 'ada', displayName: 'Ada', mail: 'ada@university.example', affiliation: 'staff' },
  { username: 'grace', displayName: 'Grace', mail: 'grace@university.example', affiliation: 'student' },
];

export interface HomeUniversityOptions {
  readonly port: number;
  /** Loopback unless given; in a container every address is its own. */
  readonly listenHost?: string;
  /** Debian's simplesamlphp package, unpacked. */
  readonly simpleSamlPhp: string;
}

/**
 * The SAML 2.0 identity provider of a home university: Debian's SimpleSAMLphp behind PHP's own web server. It is one
 * process, for PHP's worker processes outlive their parent, and a login is a sequence anyway.
 */
export class HomeUniversity {
  private process: ManagedProcess | undefined;

  private constructor(
    private readonly directory: StateDirectory,
    private readonly options: HomeUniversityOptions,
  ) {}

  static async start(directory: StateDirectory, options: HomeUniversityOptions): Promise<HomeUniversity> {
    const university = new HomeUniversity(directory, options);
    await university.configure();
    await university.run();
    return university;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${String(this.options.port)}/simplesaml/`;
  }

  /** Its SAML entity id, and where its metadata is. */
  get entityId(): string {
    return `${this.baseUrl}saml2/idp/metadata.php`;
  }

  passwordOf(username: string): Promise<string> {
    return this.directory.secret(`university-${username}`);
  }

  async metadata(): Promise<string> {
    const response = await fetch(this.entityId, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`The home university's metadata answered ${String(response.status)}.`);
    return response.text();
  }

  /** Makes the university trust a service provider by the metadata that it publishes. */
  async trust(serviceProviderMetadata: string): Promise<void> {
    await writeFile(this.serviceProviderFile, serviceProviderMetadata);
    await this.writeSettings();
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }

  kill(): void {
    this.process?.kill();
  }

  onUnexpectedEnd(callback: (message: string) => void): void {
    this.process?.onUnexpectedEnd(callback);
  }

  private get serviceProviderFile(): string {
    return path.join(this.home, 'metadata', 'service-provider.xml');
  }

  private get home(): string {
    return this.directory.at('home-university');
  }

  private async configure(): Promise<void> {
    const own = ['config', 'metadata', 'certificate', 'web', 'sessions', 'logs', 'data', 'temporary'];
    await Promise.all(own.map((name) => mkdir(path.join(this.home, name), { recursive: true })));
    const web = path.join(this.home, 'web', 'simplesaml');
    await rm(web, { force: true });
    await symlink(path.join(this.program, 'www'), web);
    const people = await Promise.all(PEOPLE.map(async (p) => ({ ...p, password: await this.passwordOf(p.username) })));
    await this.writeSettings();
    await this.writePhp('config/authsources', authenticationSources(people));
    await this.writePhp('metadata/saml20-idp-hosted', hostedMetadata(this.entityId), '$metadata');
    for (const name of ['sessions', 'logs', 'data', 'temporary', 'certificate', 'config', 'metadata']) {
      await giveToUnprivileged(path.join(this.home, name));
    }
    await this.makeCertificate();
  }

  private async writeSettings(): Promise<void> {
    const trusted = existsSync(this.serviceProviderFile) ? [this.serviceProviderFile] : [];
    const input = {
      home: this.home,
      program: this.program,
      baseUrl: this.baseUrl,
      salt: await this.directory.secret('university-salt'),
      administrator: await this.directory.secret('university-administrator'),
      serviceProviders: trusted,
    };
    await this.writePhp('config/config', settings(input));
  }

  /** The values go into a JSON file beside it: nothing is ever quoted into PHP source. */
  private async writePhp(name: string, value: unknown, variable = '$config'): Promise<void> {
    const json = `${path.basename(name)}.json`;
    const file = path.join(this.home, path.dirname(name), json);
    await writeFile(file, JSON.stringify(value, null, 2), { mode: 0o600 });
    await giveToUnprivileged(file);
    const source = `<?php\n${variable} = json_decode(file_get_contents(__DIR__ . '/${json}'), true, 64, JSON_THROW_ON_ERROR);\n`;
    await writeFile(path.join(this.home, `${name}.php`), source);
  }

  private async makeCertificate(): Promise<void> {
    const certificate = path.join(this.home, 'certificate');
    if (existsSync(path.join(certificate, 'university.crt'))) return;
    const script = path.join(this.home, 'config', 'make-certificate.php');
    await writeFile(script, certificateScript);
    const maker = await ManagedProcess.start(this.directory, {
      name: 'university-certificate',
      ...unprivileged('php', [script, certificate], [this.home]),
      env: this.environment,
      stopPatienceMs: 1000,
    });
    await maker.exited;
    await maker.stop();
    const made = await readFile(path.join(certificate, 'university.crt'), 'utf8').catch(() => '');
    if (!made.includes('BEGIN CERTIFICATE')) {
      throw new Error(
        `The home university's certificate was not made; see ${this.directory.logOf('university-certificate')}`,
      );
    }
  }

  private async run(): Promise<void> {
    const address = `${this.options.listenHost ?? '127.0.0.1'}:${String(this.options.port)}`;
    const arguments_ = ['-d', 'session.use_strict_mode=1', '-S', address, '-t', path.join(this.home, 'web')];
    this.process = await ManagedProcess.start(this.directory, {
      name: 'home-university',
      ...unprivileged('php', arguments_, [this.home, this.options.simpleSamlPhp]),
      env: this.environment,
      stopPatienceMs: 3000,
    });
    await this.process.ready(async () => (await this.metadata()).includes('IDPSSODescriptor'), 20_000);
  }

  private get program(): string {
    return path.join(this.options.simpleSamlPhp, 'usr', 'share', 'simplesamlphp');
  }

  private get environment(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      SIMPLESAMLPHP_CONFIG_DIR: path.join(this.home, 'config'),
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
    };
  }
}
