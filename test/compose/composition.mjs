import { output, root } from './commands.mjs';
import path from 'node:path';

/** Names, ports and networks of the test's own, so that a running exchange is left alone. */
const PROJECT = 'ocx-compose-test';
const LABEL = 'compose-test';
const VOLUMES = '/var/lib/ocx-compose-test';
const EXPORTS_PER_LANDLORD = 16;

/** The landlord of the profile `landlord`. */
export const NEWCOMER = { name: 'yale', endpoint: 'http://landlord:8820' };

/** Services by which each image is built once; the first takes longest, for all share its first half. */
export const IMAGES = ['secrets', 'identity', 'broker', 'harvard', 'bluestone', 'home-university', 'operator'];

const COMPUTE_LABELS = ['harvard', 'mit', NEWCOMER.name].map((name) => `${name}-${LABEL}`);

const range = (first) => `${first}-${first + EXPORTS_PER_LANDLORD - 1}`;

/** The exchange of docker-compose.yml, under another name than a user's. */
export class Composition {
  constructor(ports, base) {
    this.ports = ports;
    this.env = {
      COMPOSE_PROJECT_NAME: PROJECT,
      // Debian's Compose is Python and builds with the engine's own builder.
      DOCKER_BUILDKIT: '0',
      COMPOSE_DOCKER_CLI_BUILD: '0',
      COMPOSE_HTTP_TIMEOUT: '600',
      OCX_BASE_IMAGE: base,
      OCX_BUILD_NETWORK: 'host',
      OCX_IMAGE_PREFIX: PROJECT,
      OCX_LABEL: LABEL,
      OCX_VOLUMES_DIR: VOLUMES,
      OCX_NETWORK_POOL_HARVARD: '10.207.0.0/16',
      OCX_NETWORK_POOL_MIT: '10.208.0.0/16',
      OCX_NETWORK_POOL_LANDLORD: '10.209.0.0/16',
      OCX_PORT_IDENTITY: String(ports.identity),
      OCX_PORT_BROKER: String(ports.broker),
      OCX_PORT_OBJECTS: String(ports.objects),
      OCX_PORT_UNIVERSITY: String(ports.university),
      OCX_PORT_HARVARD: String(ports.harvard),
      OCX_PORT_MIT: String(ports.mit),
      OCX_PORT_BLUESTONE: String(ports.bluestone),
      OCX_PORT_GRANITE: String(ports.granite),
      OCX_EXPORT_PORTS_BLUESTONE: range(ports.exports),
      OCX_EXPORT_PORTS_GRANITE: range(ports.exports + EXPORTS_PER_LANDLORD),
      OCX_EXPORT_PORTS_LANDLORD: range(ports.exports + 2 * EXPORTS_PER_LANDLORD),
    };
  }

  get urls() {
    const at = (port) => `http://127.0.0.1:${port}`;
    return { identity: `${at(this.ports.identity)}/v3`, broker: at(this.ports.broker) };
  }

  compose(...args) {
    return output('docker-compose', ['--profile', 'landlord', ...args], this.env);
  }

  /** One of {@link IMAGES}. */
  build(service) {
    return this.compose('build', service);
  }

  /** Returns when the operator's work is done and every landlord was started. */
  up() {
    return output('docker-compose', ['up', '--detach', '--no-build'], this.env);
  }

  /** One landlord with its own database, told nothing but what a landlord elsewhere would be told. */
  upLandlord(configFile, code) {
    return output('docker-compose', ['--profile', 'landlord', 'up', '--detach', '--no-build', 'landlord'], {
      ...this.env,
      OCX_LANDLORD_CONFIG: configFile,
      OCX_LANDLORD_LABEL: `${NEWCOMER.name}-${LABEL}`,
      OCX_LANDLORD_PUBLIC_URL: NEWCOMER.endpoint,
      OCX_EXCHANGE_URL: 'http://broker:8780',
      OCX_IDENTITY_URL: 'http://identity:5000',
      OCX_ENROLMENT_CODE: code,
    });
  }

  /** Content of a file in a service's container. */
  read(service, file) {
    return this.compose('exec', '-T', service, 'cat', file);
  }

  /** Services that run but are not healthy yet, or that run no more. */
  async unwell() {
    const ids = (await this.compose('ps', '--quiet')).split('\n').filter((id) => id !== '');
    const format =
      '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{end}}';
    const lines = (await output('docker', ['inspect', '--format', format, ...ids])).split('\n');
    return lines.filter((line) => !/ running 0 healthy$| exited 0 /.test(line));
  }

  logs() {
    return this.compose('logs', '--no-color', '--tail', '25');
  }

  /** Everything but the images, which make the next run quicker. */
  async down() {
    await this.compose('down', '--volumes', '--remove-orphans');
    const image = `${PROJECT}/compute:latest`;
    const built = await output('docker', ['images', '--quiet', image]);
    if (built !== '')
      await output(path.join(root, 'docker', 'forget-landlord.sh'), [image, VOLUMES, ...COMPUTE_LABELS]);
  }
}
