import { expect, it } from 'vitest';
import type { MountHost } from '../../volume-attachments/connector/mount-host/mount-host.js';
import { HostFirewall } from './host-firewall.js';

/** Rules as iptables keeps them, by what stands in them. */
function firewall(refuses: RegExp = /^$/) {
  const rules: string[] = [];
  const run = ({ argv }: { argv: readonly string[] }) => {
    const [, , , , table = '', action = '', ...rest] = argv;
    const rule = [table, ...rest].join(' ');
    const at = rules.indexOf(rule);
    let exitCode = at < 0 ? 1 : 0;
    if (action === '-I') exitCode = refuses.test(rule) ? 1 : 0;
    if (action === '-I' && exitCode === 0) rules.unshift(rule);
    if (action === '-D' && at >= 0) rules.splice(at, 1);
    return Promise.resolve({ exitCode });
  };
  return { rules, wall: new HostFirewall({ run } as unknown as MountHost, 'ocxab') };
}

const HOST = 'filter INPUT -i ocxab+ -m conntrack --ctstate NEW,INVALID -j DROP';
const METADATA = 'raw PREROUTING -i ocxab+ -d 169.254.0.0/16,168.63.129.16,100.100.100.200 -p tcp -j DROP';

it('keeps servers from the host and from the metadata of its cloud, once', async () => {
  const { rules, wall } = firewall();
  await wall.protect();
  await wall.protect();
  expect([...rules].sort()).toEqual([HOST, METADATA]);
  await wall.unprotect();
  expect(rules).toEqual([]);
});

it.each([/INPUT/, /PREROUTING/])('does not go on without %s', async (rule) => {
  await expect(firewall(rule).wall.protect()).rejects.toThrow('could not be set');
});
