import { readFileSync } from 'node:fs';
import { HttpClient } from '@ocx/openstack-client/http';
import { KeystoneSession } from '@ocx/openstack-client/keystone-session';
import { LimitsClient } from '@ocx/openstack-client/limits-client';
import { type Limits, UnifiedLimits } from '@ocx/service-kit/unified-limits';
import type { LandlordConfig } from '../landlord.config.js';

/** What the landlord's own users may have: as their Keystone says where the service has a user there, or as it is set. */
export class OwnLimits {
  private constructor(
    private readonly unified: UnifiedLimits | undefined,
    private readonly settings: Readonly<Record<string, number>>,
  ) {}

  /** @param settings the limits, by resource, of a service that has no user at Keystone */
  static from(config: LandlordConfig, serviceType: string, settings: Readonly<Record<string, number>>): OwnLimits {
    const { OCX_STANDALONE_AUTH_URL: url, OCX_STANDALONE_USER: user, OCX_STANDALONE_PASSWORD: password } = config;
    if (url === undefined && user === undefined && password === undefined) return new OwnLimits(undefined, settings);
    if (url === undefined || user === undefined || password === undefined) {
      throw new Error(
        'OCX_STANDALONE_AUTH_URL, OCX_STANDALONE_USER and OCX_STANDALONE_PASSWORD are set together or not at all.',
      );
    }
    const { OCX_CA_FILE: file, OCX_STANDALONE_USER_DOMAIN: userDomain, OCX_STANDALONE_REGION: region } = config;
    const http = new HttpClient({ connections: 4, ...(file === undefined ? {} : { ca: readFileSync(file, 'utf8') }) });
    const session = new KeystoneSession({ url, http, user, userDomain, password });
    const client = new LimitsClient((path) => session.get(path), { type: serviceType, region });
    return new OwnLimits(new UnifiedLimits(client), settings);
  }

  /** Of a project; without one, what is every project's by default. Throws `BackendUnavailable`. */
  async of(projectId?: string): Promise<Limits> {
    if (this.unified) return this.unified.of(projectId);
    return (resourceName) => this.settings[resourceName] ?? 0;
  }
}
