import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLONE } from '@ocx/local-exchange/layout';
import { TypedCommand } from './typed-command.js';

const run = promisify(execFile);

const ENGINE_SOCKET = /^unix:\/\//;

/**
 * Binds the clone and Node to where the other user can go, for both may lie in root's home, and becomes that user. It
 * sees what is mounted on the host meanwhile, and the host does not see the two binds.
 */
const BECOME = `
workspace=$1 clone=$2 node=$3 group=$4; shift 4
mount --bind "$clone" "$workspace/clone"
mount --bind "$node" "$workspace/node"
exec setpriv --reuid=nobody --regid=nogroup --groups="$group" --no-new-privs -- "$@"`;

/** Somebody who may use the engine and is not root: \`nobody\` where root runs the tests, else whoever runs them. */
export class AnotherUser {
  private constructor(
    /** A directory of the user's own. */
    readonly workspace: string,
    readonly uid: number,
    private readonly become: readonly string[],
  ) {}

  static async create(): Promise<AnotherUser> {
    const workspace = await mkdtemp(join(tmpdir(), 'ocx-user-'));
    const self = process.getuid?.() ?? 0;
    if (self !== 0) return new AnotherUser(workspace, self, []);
    const idOf = async (flag: string) => Number((await run('id', [flag, 'nobody'])).stdout);
    const [uid, gid] = [await idOf('-u'), await idOf('-g')];
    await mkdir(join(workspace, 'clone'));
    await writeFile(join(workspace, 'node'), '');
    await chown(workspace, uid, gid);
    const dockerHost = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
    const group = ENGINE_SOCKET.test(dockerHost) ? (await stat(dockerHost.replace(ENGINE_SOCKET, ''))).gid : gid;
    const namespace = ['unshare', '--mount', '--propagation', 'slave', '--', 'sh', '-euc', BECOME, 'sh'];
    return new AnotherUser(workspace, uid, [...namespace, workspace, CLONE, process.execPath, String(group)]);
  }

  /** Runs a program of `packages/local-exchange`, such as `start`. */
  runs(program: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): TypedCommand {
    const { PATH, DOCKER_HOST, NODE_EXTRA_CA_CERTS } = process.env;
    const env = { PATH, DOCKER_HOST, NODE_EXTRA_CA_CERTS, HOME: this.workspace, ...variables };
    const [node, clone] =
      this.become.length === 0
        ? [process.execPath, CLONE]
        : [join(this.workspace, 'node'), join(this.workspace, 'clone')];
    const file = join(clone, 'packages', 'local-exchange', 'dist', `${program}.js`);
    return new TypedCommand([...this.become, node, file, ...args], { cwd: '/', env });
  }

  async remove(): Promise<void> {
    await rm(this.workspace, { recursive: true, force: true });
  }
}
