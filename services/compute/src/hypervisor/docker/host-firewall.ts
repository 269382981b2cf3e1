import { BackendUnavailable } from '@ocx/service-kit/errors';
import { MountHost } from '../../volume-attachments/connector/mount-host/mount-host.js';

const DEADLINE_MS = 10_000;

/**
 * Where clouds answer whoever asks from one of their machines, among them with the machine's credentials: all that is
 * link-local, and the addresses of Azure and Alibaba. Over TCP alone: names and time may come from there.
 */
const METADATA = '169.254.0.0/16,168.63.129.16,100.100.100.200';

interface Rule {
  readonly table: 'filter' | 'raw';
  readonly chain: 'INPUT' | 'PREROUTING';
  readonly matches: readonly string[];
}

/**
 * Keeps servers away from this host's own services, and from what the cloud below it, if there is one, tells this host. The
 * engine isolates its bridges from one another but lets every container open connections to the host, and beyond it in the
 * host's name; a rule per landlord and matter, on the common prefix of its bridges, refuses that. Answers to what the host
 * itself began (such as SSH to a server) pass.
 */
export class HostFirewall {
  private readonly rules: readonly Rule[];

  constructor(
    private readonly host: MountHost,
    bridgePrefix: string,
  ) {
    const servers = ['-i', `${bridgePrefix}+`];
    this.rules = [
      { table: 'filter', chain: 'INPUT', matches: [...servers, '-m', 'conntrack', '--ctstate', 'NEW,INVALID'] },
      // Before the engine's own rules, which let everything out, and wherever it would be sent.
      { table: 'raw', chain: 'PREROUTING', matches: [...servers, '-d', METADATA, '-p', 'tcp'] },
    ];
  }

  async protect(): Promise<void> {
    for (const rule of this.rules) {
      if ((await this.iptables('-C', rule)) === 0) continue;
      if ((await this.iptables('-I', rule)) !== 0) {
        throw new BackendUnavailable('The rules that keep servers away from this host could not be set (iptables).');
      }
    }
  }

  async unprotect(): Promise<void> {
    for (const rule of this.rules) while ((await this.iptables('-D', rule)) === 0);
  }

  private async iptables(action: '-C' | '-I' | '-D', { table, chain, matches }: Rule): Promise<number> {
    const result = await this.host.run({
      argv: ['iptables', '-w', '5', '-t', table, action, chain, ...matches, '-j', 'DROP'],
      hostNetwork: true,
      deadlineMs: DEADLINE_MS,
    });
    return result.exitCode;
  }
}
