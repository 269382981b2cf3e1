/** Another cloud, where a tenant of this one may be welcome (Keystone's service provider). */
export interface ServiceProvider {
  readonly id: string;
  readonly authUrl: string;
  readonly spUrl: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly relayStatePrefix: string;
}
