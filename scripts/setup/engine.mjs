import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { programExists, run } from './commands.mjs';
import { hasApt, installedPackages, isRoot } from './debian-packages.mjs';
import { stateDirectory } from './paths.mjs';
import { SetupStopped, act, note } from './report.mjs';

const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/** How an HTTP client reaches the engine that DOCKER_HOST names. */
export function connection(dockerHost = process.env.DOCKER_HOST || DEFAULT_HOST) {
  const url = new URL(dockerHost);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  if (url.protocol === 'tcp:' || url.protocol === 'http:') return { host: url.hostname, port: url.port || 2375 };
  throw new SetupStopped(`DOCKER_HOST=${dockerHost} is neither unix:// nor tcp://.`);
}

/** 'running', or the reason it is not: an error code such as ENOENT, ECONNREFUSED, EACCES. */
export function engineState(dockerHost) {
  return new Promise((resolve) => {
    const request = http.get({ ...connection(dockerHost), path: '/_ping', timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? 'running' : `HTTP ${response.statusCode}`);
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    request.on('error', (error) => resolve(error.code ?? error.message));
  });
}

/** Field 22 of /proc/PID/stat: with it a pid names one process for good, although numbers are used again. */
function startTimeOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

async function installedEngine() {
  const packages = [{ name: 'docker.io', programs: ['dockerd', 'containerd'] }];
  // With AppArmor in the kernel and no parser on disk the engine refuses to start any container.
  const apparmor = '/sys/module/apparmor/parameters/enabled';
  if (existsSync(apparmor) && readFileSync(apparmor, 'utf8').startsWith('Y')) {
    packages.push({ name: 'apparmor', programs: ['apparmor_parser'] });
  }
  await installedPackages(packages);
}

/** Without systemd nobody mounted the control groups that the engine limits its containers with. */
async function mountedControlGroups() {
  if (readdirSync('/sys/fs/cgroup').length > 0) return;
  await installedPackages([{ name: 'cgroupfs-mount', programs: ['cgroupfs-mount'] }]);
  await run('cgroupfs-mount', []);
}

async function started(dockerHost) {
  const log = path.join(stateDirectory, 'logs', 'engine.log');
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const engine = spawn('dockerd', ['--host', dockerHost], { detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let ended = false;
  engine.on('error', () => (ended = true));
  engine.on('exit', () => (ended = true));
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await delay(100)) {
    if (ended) break;
    if ((await engineState(dockerHost)) !== 'running') continue;
    writeFileSync(path.join(stateDirectory, 'engine.pid'), `${engine.pid} ${startTimeOf(engine.pid)}\n`);
    engine.unref();
    return;
  }
  if (!ended) engine.kill('SIGTERM');
  throw new SetupStopped(`the Docker engine did not start; see ${path.relative(process.cwd(), log)}`);
}

/** A Docker engine that answers: the one there is, or one that this set-up installs and starts. */
export async function runningEngine() {
  const chosen = process.env.DOCKER_HOST;
  const dockerHost = chosen || DEFAULT_HOST;
  const state = await engineState(dockerHost);
  if (state === 'running') return;
  if (chosen) throw new SetupStopped(`no Docker engine answers at DOCKER_HOST=${chosen} (${state}).`);
  if (state === 'EACCES') {
    throw new SetupStopped(
      'you may not use the Docker engine; please run: sudo usermod -aG docker "$USER", and log in again',
    );
  }
  if (!isRoot || (!programExists('dockerd') && !hasApt())) {
    throw new SetupStopped(
      'no Docker engine answers; please install Docker Engine 20.10 or newer and start it, or set DOCKER_HOST.',
    );
  }
  await installedEngine();
  // Where systemd runs, installing the package has started the engine already, and it is not ours to stop.
  if ((await engineState(dockerHost)) === 'running') return;
  await mountedControlGroups();
  await act('Docker engine (dockerd, detached)', () => started(dockerHost));
  note('the engine was started here: it is stopped when the exchange stops (.ocx/engine.pid)');
}
