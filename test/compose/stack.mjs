import { setTimeout as delay } from 'node:timers/promises';
import { output } from './commands.mjs';

const STACK = 'ocx-compose-test';
const REPLICATED = ['identity', 'broker'];
const DEADLINE_MS = 180_000;
const PAUSE_MS = 1000;
/** Where a swarm of one speaks to itself. */
const SWARM_LISTENS = '127.0.0.1:12377';
const BRIDGE = 'docker_gwbridge';

const docker = (...args) => output('docker', args);

async function until(what, ask) {
  for (const deadline = Date.now() + DEADLINE_MS; ; await delay(PAUSE_MS)) {
    const problem = await ask();
    if (problem === undefined) return;
    if (Date.now() > deadline) throw new Error(`${what}: ${problem}`);
  }
}

/** What each replica of a service answers, at the port that the engine gave it. */
async function answersOf(service, target, path) {
  const tasks = await docker('service', 'ps', '--quiet', '--filter', 'desired-state=running', `${STACK}_${service}`);
  const status = JSON.parse(await docker('inspect', ...tasks.split('\n')));
  const published = status
    .flatMap(({ Status }) => Status.PortStatus?.Ports ?? [])
    .filter((port) => port.TargetPort === target)
    .map((port) => port.PublishedPort);
  return Promise.all(
    [...new Set(published)].map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(20_000) });
      if (!response.ok) throw new Error(`A replica of ${service} answered ${response.status} to ${path}.`);
      return response.text();
    }),
  );
}

async function replicasAgree(service, target, path) {
  const answers = await answersOf(service, target, path);
  if (answers.length !== 2) throw new Error(`${service} has ${answers.length} published replicas instead of 2.`);
  if (answers[0] !== answers[1]) throw new Error(`The replicas of ${service} answer ${path} differently.`);
}

/**
 * docker-stack.yml in a swarm of this one engine. The replicas are reached one by one, for a kernel without IPVS has no
 * address common to them; landlords and operator, who need that address, are left out.
 */
export class Stack {
  constructor(composition, terminal) {
    this.terminal = terminal;
    this.env = {
      ...composition.env,
      OCX_STACK_NETWORK: STACK,
      OCX_ENDPOINT_MODE: 'dnsrr',
      OCX_PORT_MODE: 'host',
      OCX_PORT_IDENTITY: '0',
      OCX_PORT_BROKER: '0',
      OCX_PORT_OBJECTS: '0',
    };
  }

  /** Takes away what a run that was killed has left: a swarm with this stack in it is the test's own. */
  async clear() {
    if ((await docker('info', '--format', '{{.Swarm.LocalNodeState}}')) !== 'active') return;
    const stacks = await docker('stack', 'ls', '--format', '{{.Name}}').catch(() => '');
    if (stacks.split('\n').includes(STACK)) await this.remove(false);
  }

  async prove() {
    const { terminal } = this;
    await terminal.step('docker-stack.yml is valid', () =>
      output('docker-compose', ['--file', 'docker-stack.yml', 'config', '--quiet'], this.env),
    );
    if ((await docker('info', '--format', '{{.Swarm.LocalNodeState}}')) !== 'inactive') {
      terminal.note('This engine belongs to a swarm already, which is left alone: the stack was not deployed.');
      return;
    }
    const bridged = (await docker('network', 'ls', '--format', '{{.Name}}')).split('\n').includes(BRIDGE);
    try {
      await docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', SWARM_LISTENS);
    } catch (error) {
      terminal.note(`This engine cannot be a swarm, so the stack was not deployed: ${error.message}`);
      return;
    }
    try {
      await terminal.step('docker stack deploy', () => this.deploy());
      await terminal.step('two replicas each of identity and broker', () => this.replicas());
      await terminal.step('identity’s replicas publish the same keys', () =>
        replicasAgree('identity', 5000, '/.well-known/jwks.json'),
      );
      await terminal.step('the broker’s replicas are the same exchange', () =>
        replicasAgree('broker', 8780, '/exchange/v1'),
      );
    } catch (error) {
      for (const service of ['postgres', ...REPLICATED]) {
        terminal.line(await docker('service', 'logs', '--tail', '20', `${STACK}_${service}`).catch(() => ''));
      }
      throw error;
    } finally {
      await terminal.step('docker stack rm, docker swarm leave', () => this.remove(bridged));
    }
  }

  async deploy() {
    await output(
      'docker',
      ['stack', 'deploy', '--resolve-image', 'never', '--compose-file', 'docker-stack.yml', STACK],
      this.env,
    );
    const others = ['operator', 'harvard', 'mit', 'bluestone', 'granite'].map((name) => `${STACK}_${name}=0`);
    await docker('service', 'scale', '--detach', ...others);
  }

  async replicas() {
    await until('replicas', async () => {
      const lines = (await docker('stack', 'services', '--format', '{{.Name}} {{.Replicas}}', STACK)).split('\n');
      const missing = REPLICATED.filter((name) => !lines.includes(`${STACK}_${name} 2/2`));
      return missing.length === 0 ? undefined : lines.join('; ');
    });
  }

  async remove(bridged) {
    await docker('stack', 'rm', STACK);
    const filter = `label=com.docker.stack.namespace=${STACK}`;
    await until('containers of the stack are gone', async () => {
      return (await docker('ps', '--all', '--quiet', '--filter', filter)) === '' ? undefined : 'not yet';
    });
    await docker('swarm', 'leave', '--force');
    const volumes = await docker('volume', 'ls', '--quiet', '--filter', filter);
    if (volumes !== '') await docker('volume', 'rm', ...volumes.split('\n'));
    if (!bridged) await docker('network', 'rm', BRIDGE);
  }
}
