import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { addressOf } from '@ocx/local-exchange/tour/tenant';
import { attempt } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'from inside a tenant’s server';
const run = promisify(execFile);
const DENIED = /not permitted|denied|read-only|can't|cannot|no such file|not found|no space|nonexistent|must be root/i;
/** In either version of control groups; the directory that holds those of version 1 is the container's own. */
const RELEASE_AGENT = `test -e /sys/fs/cgroup/cgroup.procs && mkdir /sys/fs/cgroup/x && exit 0
for d in /sys/fs/cgroup/*/; do mkdir "$d/x" && exit 0; echo /x >"$d/release_agent" && exit 0; done
exit 1`;
const UNREACHABLE = /timed out|refused|unreachable|No route|Host is|Terminated|code=(1|143)/i;

/** Root in a server of its own, at a landlord whose other servers, machine and network it would like to see. */
export function insideServer(world: () => World): void {
  describe('root in a tenant’s server', () => {
    let server: string;
    let elsewhere: string;
    let container: string;
    let victims: string;
    let own: string;
    let gateway: string;

    beforeAll(async () => {
      const { mallory, seen, goods, victim } = world();
      const customer = new Customer(world(), mallory);
      server = await customer.running('inside', 'harvard');
      elsewhere = await customer.running('elsewhere', 'mit');
      [container = ''] = await seen.containersOf('harvard', server);
      victims = addressOf(await victim.tenant.server(goods.server));
      own = addressOf(await mallory.tenant.server(server));
      gateway = /default via (\S+)/.exec(await inside('ip route'))?.[1] ?? '';
      await world().remember();
    });
    afterAll(async () => {
      await world().expectUnchanged();
      const customer = new Customer(world(), world().mallory);
      await customer.end(server, 'harvard');
      await customer.end(elsewhere, 'mit');
    });

    /** What a command of the tenant's root says, and how it ended. */
    const inside = async (command: string) => {
      const { stdout } = await run(
        'docker',
        ['exec', container, 'sh', '-c', `(${command}) </dev/null 2>&1; echo " code=$?"`],
        {
          timeout: 30_000,
          maxBuffer: 16 * 1024 * 1024,
        },
      );
      return stdout.trim();
    };
    const reach = (host: string, port: number) => inside(`timeout 3 nc -w 1 ${host} ${String(port)}`);
    /** Status 0: it did what was wanted. */
    const tried = async (command: string) => {
      const reason = await inside(command);
      return { status: Number(/code=(\d+)$/.exec(reason)?.[1] ?? -1), reason };
    };
    const refused = (name: string, command: string, reason: RegExp) =>
      attempt(KIND, name, () => tried(command), {
        status: Array.from({ length: 255 }, (_, index) => index + 1),
        reason,
      });

    it('reaches itself: the control of what it does not reach', async () => {
      expect(await reach(own, 22)).toMatch(/SSH-2.0/);
      const banner = await new Promise<string>((resolve, reject) => {
        const socket = connect({ host: victims, port: 22, timeout: 5_000 });
        socket.once('data', (data) => {
          resolve(data.toString());
          socket.destroy();
        });
        socket.once('error', reject);
      });
      expect(banner).toMatch(/SSH-2.0/);
      expect(gateway).toMatch(/^10\.217\./);
    });

    it('does not reach other tenants’ servers and networks', async () => {
      const { mallory } = world();
      const atMit = addressOf(await mallory.tenant.server(elsewhere));
      const gatewayOf = (address: string) => address.replace(/\d+$/, '1');
      const targets = [victims, atMit];
      for (const address of targets) {
        await refused(
          `SSH of ${address === victims ? 'the victim' : 'another landlord’s server'}`,
          `timeout 3 nc -w 1 ${address} 22`,
          UNREACHABLE,
        );
        await refused(
          `a ping`,
          `ping -c 1 -W 1 ${address}`,
          /100% packet loss|Operation not permitted|permission denied|Network is unreachable/,
        );
      }
      await refused('the victim’s gateway', `timeout 3 nc -w 1 ${gatewayOf(victims)} 22`, UNREACHABLE);
      await refused('another address of its own', 'ip addr add 10.217.255.254/16 dev eth0', /Operation not permitted/);
      await refused(
        'another hardware address',
        'ip link set eth0 address 02:42:00:00:00:01',
        /Operation not permitted/,
      );
      await refused('a route past the gateway', `ip route add ${victims}/32 dev eth0`, /Operation not permitted/);
      await refused(
        'packets in another’s name',
        'arping -c 1 -I eth0 10.217.0.1',
        /Operation not permitted|not permitted|can't|socket/,
      );
    });

    it('does not reach the ports of the landlord, the exchange and the engine', async () => {
      const outside = Object.values(networkInterfaces()).flatMap((addresses) =>
        (addresses ?? [])
          .filter(({ internal, family }) => !internal && family === 'IPv4')
          .map(({ address }) => address),
      );
      const hosts = [...new Set([gateway, '127.0.0.1', '172.17.0.1', ...outside.slice(0, 3)])];
      const { exports: _, university: __, ...ports } = world().ports;
      const wanted = [...Object.entries(ports), ['the engine', 2375], ['the engine with TLS', 2376]] as const;
      const results = await inside(
        hosts
          .flatMap((host) =>
            wanted.map(
              ([, port]) =>
                `(timeout 3 nc -w 1 ${host} ${String(port)} >/tmp/${host}-${String(port)} 2>&1; echo "code=$?" >>/tmp/${host}-${String(port)}) &`,
            ),
          )
          .join('\n') + '\nwait',
      );
      expect(results).toMatch(/code=0$/);
      for (const host of hosts) {
        for (const [name, port] of wanted) {
          const reason = await inside(`cat /tmp/${host}-${String(port)}`);
          const status = Number(/code=(\d+)/.exec(reason)?.[1] ?? -1);
          await attempt(KIND, `${name} at ${host}`, () => Promise.resolve({ status, reason }), {
            status: [1, 143],
            reason: UNREACHABLE,
          });
        }
      }
    });

    it('finds no metadata service', async () => {
      const places = ['169.254.169.254', '169.254.170.2', '169.254.1.1', '100.100.100.200', '168.63.129.16'];
      // Whether anybody answers at all: what is really there is not asked for anything.
      await Promise.all(
        places.map((address) => refused(`metadata at ${address}`, `timeout 3 nc -w 2 ${address} 80`, UNREACHABLE)),
      );
      for (const name of [
        'host.docker.internal',
        'gateway.docker.internal',
        'metadata.google.internal',
        'broker',
        'identity',
        'harvard',
      ]) {
        await refused(
          `the name ${name}`,
          `timeout 5 nslookup ${name}`,
          /NXDOMAIN|can't (find|resolve)|No answer|timed out|code=143|SERVFAIL|refused/i,
        );
      }
    });

    it('finds no socket of the engine and no files of the host', async () => {
      await refused(
        'the engine’s socket',
        'ls /var/run/docker.sock /run/docker.sock /run/containerd/containerd.sock',
        /No such file/,
      );
      await refused('a socket anywhere', `find / -xdev -type s | grep .`, /code=1$/);
      const state = world().exchange.state.root;
      await refused('the exchange’s directory', `ls ${state}`, /No such file/);
      await refused('the clone', `ls ${process.cwd()}/package.json`, /No such file/);
      await refused(
        'another process’s root',
        'for p in /proc/[0-9]*; do test -e "$p/root/usr/bin/dockerd" && exit 0; done; exit 1',
        /code=1$/,
      );
      await refused('a device', 'mknod /tmp/sda b 8 0 && head -c 1 /tmp/sda', /Operation not permitted/);
      await refused('a disk', 'ls /dev/sd* /dev/vd* /dev/nvme* /dev/loop*', /No such file/);
      await refused(
        'memory',
        'head -c 1 /dev/mem || head -c 1 /dev/kmem || (exit 1)',
        /No such file|not permitted|denied/,
      );
      await refused(
        'the kernel’s memory',
        'test "$(head -c 4 /proc/kcore | wc -c)" = 4',
        /code=1|not permitted|denied/,
      );
      await refused(
        'a mount',
        'mount -t proc none /mnt || mount -t tmpfs none /tmp',
        /permission denied|not permitted|denied/i,
      );
      await refused('its seed', 'touch /var/lib/cloud/seed/nocloud/user-data', /Read-only file system/);
      await refused('the place of volumes', 'touch /volumes/x', /Read-only file system/);
    });

    it('does not change the machine, or gain rights', async () => {
      await refused('a core pattern', `echo '|/tmp/x' > /proc/sys/kernel/core_pattern`, DENIED);
      await refused('SysRq', 'echo h > /proc/sysrq-trigger', DENIED);
      await refused('a release agent', RELEASE_AGENT, DENIED);
      await refused('a namespace', 'unshare -m true', DENIED);
      await refused('a user namespace', 'unshare -U -r true', DENIED);
      await refused('another’s namespace', 'nsenter -t 1 -m -p true', DENIED);
      await refused('a module', 'echo x >/tmp/x.ko; insmod /tmp/x.ko', DENIED);
      await refused('the clock', 'date -s 2001-01-01; test "$(date +%Y)" = 2001', DENIED);
      await refused('the host’s name', 'hostname elsewhere', DENIED);
      await refused('a reboot', 'reboot -f', DENIED);
      await refused('a switch of root', 'pivot_root /tmp /tmp', DENIED);
      const status = await inside('cat /proc/self/status');
      // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE, SYS_CHROOT, AUDIT_WRITE, and nothing else.
      expect(status).toMatch(/CapBnd:\s+00000000200404fb\n/);
      expect(status).toMatch(/NoNewPrivs:\s+1/);
      expect(status).toMatch(/Seccomp:\s+2/);
    });

    it('has no more by user data', async () => {
      const script = [
        '#!/bin/sh',
        'ls /var/run/docker.sock',
        'mount -t tmpfs none /mnt',
        `timeout 3 nc -w 1 ${victims} 22 </dev/null`,
        'echo tried everything',
      ].join('\n');
      const { mallory } = world();
      const customer = new Customer(world(), mallory);
      const id = await customer.running('data', 'harvard', { user_data: Buffer.from(script).toString('base64') });
      const console_ = async () => mallory.tenant.consoleOf(id);
      await expect.poll(console_, { timeout: 20_000 }).toContain('tried everything');
      const output = await console_();
      for (const [name, reason] of [
        ['the engine’s socket', /docker\.sock: No such file/],
        ['a mount', /mount: .*(denied|not permitted)/i],
      ] as const) {
        await attempt(KIND, `${name}, by user data`, () => Promise.resolve({ status: 1, reason: output }), {
          status: 1,
          reason,
        });
      }
      await attempt(
        KIND,
        'the victim’s SSH, by user data',
        () => Promise.resolve({ status: output.includes('SSH-2.0') ? 0 : 1, reason: output }),
        { status: 1, reason: /tried everything/ },
      );
      await customer.end(id, 'harvard');
    });
  });
}
