import { BackendUnavailable } from '@ocx/service-kit/errors';
import { MountHost } from '../../volume-attachments/connector/mount-host/mount-host.js';

const DEADLINE_MS = 10_000;

/**
 * Keeps servers away from this host's own services. The engine isolates its bridges from one another but lets every
 * container open connections to the host; one rule per landlord, on the common prefix of its bridges, refuses that.
 * Answers to what the host itself began (such as SSH to a server) pass.
 */
export class HostFirewall {
  constructor(
    private readonly host: MountHost,
    private readonly bridgePrefix: string,
  ) {}

  async protect(): Promise<void> {
    const rule = this.rule();
    const present = await this.iptables(['-C', ...rule]);
    if (present === 0) return;
    const [chain = 'INPUT', ...rest] = rule;
    if ((await this.iptables(['-I', chain, '1', ...rest])) !== 0) {
      throw new BackendUnavailable('The rule that keeps servers away from this host could not be set (iptables).');
    }
  }

  async unprotect(): Promise<void> {
    while ((await this.iptables(['-D', ...this.rule()])) === 0);
  }

  private rule(): string[] {
    return ['INPUT', '-i', `${this.bridgePrefix}+`, '-m', 'conntrack', '--ctstate', 'NEW,INVALID', '-j', 'DROP'];
  }

  private async iptables(args: string[]): Promise<number> {
    const result = await this.host.run({
      argv: ['iptables', '-w', '5', ...args],
      hostNetwork: true,
      deadlineMs: DEADLINE_MS,
    });
    return result.exitCode;
  }
}
