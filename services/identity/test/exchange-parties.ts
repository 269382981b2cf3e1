import { ACCESS_TOKEN_TYPE, CLIENT_ASSERTION_TYPE, TOKEN_EXCHANGE_GRANT } from '@ocx/openstack-api/exchange/tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { assertionOf, BrokerParty } from './broker-party.js';
import type { Answer, IdentityProcess } from './identity-process.js';

export const HARVARD = `landlord-${'a'.repeat(32)}`;
export const GRANITE = `landlord-${'b'.repeat(32)}`;

const LANDLORDS = [
  { id: HARVARD, name: 'harvard', kind: 'compute' },
  { id: GRANITE, name: 'granite', kind: 'storage' },
] as const;

/** The broker and two landlords, enrolled at an identity. */
export class ExchangeParties {
  private constructor(
    private readonly identity: IdentityProcess,
    readonly broker: BrokerParty,
    private readonly landlords: ReadonlyMap<string, SigningKey>,
  ) {}

  static async enrol(identity: IdentityProcess): Promise<ExchangeParties> {
    const broker = await BrokerParty.enrol(identity);
    const keys = new Map<string, SigningKey>();
    for (const { id, name, kind } of LANDLORDS) {
      const key = await SigningKey.generate();
      keys.set(id, key);
      const landlord = { name, kind, region: name, endpoint: `http://${name}.test`, jwk: key.jwk };
      const answer = await broker.call('PUT', `/v3/OS-OCX/landlords/${id}`, landlord);
      if (answer.status !== 204) throw new Error(`${name}: ${String(answer.status)} ${answer.text}`);
    }
    return new ExchangeParties(identity, broker, keys);
  }

  keyOf(landlordId: string): SigningKey {
    const key = this.landlords.get(landlordId);
    if (!key) throw new Error('There is no such landlord.');
    return key;
  }

  /** A client assertion of a landlord, or of the broker. */
  assertion(clientId: string): Promise<string> {
    return clientId === 'broker' ? this.broker.assertion() : assertionOf(this.identity, this.keyOf(clientId), clientId);
  }

  /** Posts a form to one of OAuth's endpoints, as this party. */
  async post(
    endpoint: 'token' | 'introspect' | 'revoke',
    clientId: string,
    form: Record<string, string>,
  ): Promise<Answer> {
    const client_assertion = await this.assertion(clientId);
    return this.identity.call('POST', `/v3/OS-OAUTH2/${endpoint}`, {
      form: { client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion, ...form },
    });
  }

  /** What the broker gets for a tenant's token, or for another one of the given type. */
  async exchanged(subjectToken: string, resource: string, access: object, more: Record<string, string> = {}) {
    const answer = await this.post('token', 'broker', {
      grant_type: TOKEN_EXCHANGE_GRANT,
      subject_token: subjectToken,
      subject_token_type: ACCESS_TOKEN_TYPE,
      resource,
      authorization_details: JSON.stringify([{ type: 'ocx:landlord', ...access }]),
      ...more,
    });
    if (answer.status !== 200) throw new Error(`Token exchange: ${String(answer.status)} ${answer.text}`);
    return answer.body.access_token as string;
  }

  /** What the broker gets for an order: the tenant's token for the lease, and beside it the lease grant. */
  ordered(subjectToken: string, resource: string, details: readonly object[], more: Record<string, string> = {}) {
    return this.post('token', 'broker', {
      grant_type: TOKEN_EXCHANGE_GRANT,
      subject_token: subjectToken,
      subject_token_type: ACCESS_TOKEN_TYPE,
      resource,
      authorization_details: JSON.stringify(details),
      ...more,
    });
  }

  /** A lease grant alone. */
  async leaseGrant(subjectToken: string, resource: string, lease: { lease_id: string; actions: readonly string[] }) {
    const order = { type: 'ocx:landlord', actions: ['claim', 'create'], lease_id: lease.lease_id };
    const answer = await this.ordered(subjectToken, resource, [order, { type: 'ocx:lease-grant', ...lease }]);
    if (answer.status !== 200) throw new Error(`Lease grant: ${String(answer.status)} ${answer.text}`);
    return answer.body.refresh_token as string;
  }

  /** Calls one of identity's exchange routes as a landlord. */
  async asLandlord(id: string, route: string): Promise<Answer> {
    return this.identity.call('GET', route, { headers: { authorization: `Bearer ${await this.assertion(id)}` } });
  }
}
