import { expect } from 'vitest';
import type { Answer, IdentityProcess } from './identity-process.js';
import { type AnswerOptions, metadata, type Organisation, requestOf, samlResponse } from './university.js';

export interface Begun {
  readonly id: string;
  readonly acsUrl: string;
  readonly audience: string;
  /** What the browser sends back to identity. */
  readonly cookie: string;
}

const FEDERATION = '/v3/OS-FEDERATION';

/** A home organisation that identity knows, with a domain, a mapping and the protocol `saml2`, and its people's browsers. */
export class HomeOrganisation {
  readonly provider: string;
  readonly mapping: string;
  readonly acs: string;
  readonly beginning: string;

  private constructor(
    readonly identity: IdentityProcess,
    readonly is: Organisation,
    readonly domainId: string,
  ) {
    this.provider = `${FEDERATION}/identity_providers/${is.id}`;
    this.mapping = `${FEDERATION}/mappings/${is.id}`;
    this.acs = `${FEDERATION}/saml2/acs/${is.id}`;
    this.beginning = `/v3/auth/OS-FEDERATION/identity_providers/${is.id}/protocols/saml2/websso`;
  }

  /** Registers it as an operator does. The rules of its mapping may name its domain. */
  static async register(
    identity: IdentityProcess,
    is: Organisation,
    rules: (domainId: string) => object[],
  ): Promise<HomeOrganisation> {
    const domain = await identity.admin('POST', '/v3/domains', { domain: { name: `Domain of ${is.id}` } });
    const at = new HomeOrganisation(identity, is, domain.body.domain.id as string);
    const provider = { identity_provider: { enabled: true, domain_id: at.domainId, remote_ids: [] } };
    expect((await identity.admin('PUT', at.provider, provider)).status).toBe(201);
    const mapping = { mapping: { rules: rules(at.domainId) } };
    expect((await identity.admin('PUT', at.mapping, mapping)).status).toBe(201);
    const protocol = { protocol: { mapping_id: is.id } };
    expect((await identity.admin('PUT', `${at.provider}/protocols/saml2`, protocol)).status).toBe(201);
    expect((await at.publish(metadata(is))).status).toBe(200);
    return at;
  }

  /** The operator imports this metadata. */
  publish(text: string): Promise<Answer> {
    return this.identity.call('PUT', `${this.provider}/metadata`, { token: this.identity.adminToken, text });
  }

  async map(rules: object[], schema_version = '1.0'): Promise<void> {
    const answer = await this.identity.admin('PATCH', this.mapping, { mapping: { rules, schema_version } });
    expect(answer.status).toBe(200);
  }

  async begin(query = ''): Promise<Begun> {
    const answer = await this.identity.call('GET', this.beginning + query);
    expect(answer.status).toBe(302);
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith(this.is.ssoUrl)).toBe(true);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    return { ...requestOf(location), audience: `${this.identity.url}${FEDERATION}/saml2/metadata`, cookie };
  }

  /** The provider's answer to a login, right but for what `wrong` says. */
  answer({ id, acsUrl, audience }: Begun, wrong: Partial<AnswerOptions> = {}): string {
    return samlResponse({ by: this.is, inResponseTo: id, acsUrl, audience, ...wrong });
  }

  /** By a post from another site: no cookie of identity comes along. */
  post(response: string): Promise<Answer> {
    return this.identity.call('POST', this.acs, { form: { SAMLResponse: response } });
  }

  /** The redirect that follows the post, as a browser with this cookie takes it. */
  follow(answer: Answer, cookie: string): Promise<Answer> {
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith(`${this.identity.url}${FEDERATION}/saml2/login?code=`)).toBe(true);
    return this.identity.call('GET', location.slice(this.identity.url.length), { headers: { cookie } });
  }

  async finish(response: string, cookie = ''): Promise<Answer> {
    const answer = await this.post(response);
    return answer.status === 303 ? this.follow(answer, cookie) : answer;
  }

  /** A whole login, right but for what `wrong` says. */
  async login(wrong: Partial<AnswerOptions> = {}, query = ''): Promise<Answer> {
    const begun = await this.begin(query);
    return this.finish(this.answer(begun, wrong), begun.cookie);
  }
}
