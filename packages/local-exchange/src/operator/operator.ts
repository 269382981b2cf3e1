import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { COMBINED_REGION, Session } from '../api/session.js';
import { ApiError, type HttpApi } from '../api/http.js';

const Ref = z.object({ id: z.string(), name: z.string() });
const Code = z.object({ code: z.string() });
const Landlords = z.object({
  landlords: z.array(z.object({ id: z.string(), name: z.string(), reachable: z.boolean() })),
});
const Offers = z.object({ offers: z.array(z.object({ landlord_id: z.string() })) });
const Images = z.object({
  images: z.array(z.object({ id: z.string(), name: z.string().nullish(), status: z.string() })),
});
const Image = z.object({ id: z.string(), status: z.string() });

export interface OperatorUrls {
  /** Ends in /v3. */
  readonly identity: string;
  readonly broker: string;
}

export interface Federation {
  /** The people of a home organisation live in a domain of its own. */
  readonly domainId: string;
  readonly provider: string;
  readonly protocol: string;
  /** The identity provider's SAML entity id. */
  readonly remoteId: string;
  /** Its metadata, as it publishes them. */
  readonly metadata: string;
  readonly rules: readonly object[];
}

/** The exchange's operator at work, over the public HTTP interfaces: everything here can be called again without harm. */
export class Operator {
  private constructor(
    readonly session: Session,
    private readonly urls: OperatorUrls,
  ) {}

  static async login(http: HttpApi, urls: OperatorUrls, password: string): Promise<Operator> {
    return new Operator(await Session.password(http, urls.identity, 'admin', password, 'admin'), urls);
  }

  /** The id of what has this name, made first if it is not there. `collection` is Keystone's word, such as `projects`. */
  async ensureNamed(
    collection: 'domains' | 'projects' | 'groups' | 'roles',
    name: string,
    rest: object = {},
  ): Promise<string> {
    const single = collection.slice(0, -1);
    const url = `${this.urls.identity}/${collection}`;
    const list = z.object({ [collection]: z.array(Ref) });
    const found = (await this.session.get(list, `${url}?name=${encodeURIComponent(name)}`))[collection]?.[0];
    if (found !== undefined) return found.id;
    const made = await this.session.post(z.object({ [single]: Ref }), url, { [single]: { name, ...rest } });
    const id = made[single]?.id;
    if (id === undefined) throw new Error(`Identity made no ${single} "${name}".`);
    return id;
  }

  async grantGroup(project: string, group: string, role: string): Promise<void> {
    const path = `projects/${project}/groups/${group}/roles/${role}`;
    await this.session.call({ method: 'PUT', url: `${this.urls.identity}/${path}` });
  }

  async ensureFederation({ domainId, provider, protocol, remoteId, metadata, rules }: Federation): Promise<void> {
    const base = `${this.urls.identity}/OS-FEDERATION`;
    const providerUrl = `${base}/identity_providers/${provider}`;
    const identityProvider = { remote_ids: [remoteId], enabled: true, description: 'Home university' };
    // The domain is chosen once, at the making: it is not among the things that can be changed.
    await this.put(providerUrl, { identity_provider: identityProvider }, { domain_id: domainId });
    const headers = { 'content-type': 'application/samlmetadata+xml' };
    await this.session.call({ method: 'PUT', url: `${providerUrl}/metadata`, body: metadata, headers });
    await this.put(`${base}/mappings/${provider}`, { mapping: { rules } });
    await this.put(`${providerUrl}/protocols/${protocol}`, { protocol: { mapping_id: provider } });
  }

  /** Identity's own SAML metadata: its name, and where it takes each provider's answers. */
  async serviceProviderMetadata(): Promise<string> {
    const url = `${this.urls.identity}/OS-FEDERATION/saml2/metadata`;
    const answer = await this.session.call({ url, headers: { accept: '*/*' } });
    return answer.body.toString('utf8');
  }

  /** Makes it, or brings what is there in line. */
  private async put(url: string, json: Record<string, object>, onlyAtFirst: object = {}): Promise<void> {
    const first = Object.fromEntries(Object.entries(json).map(([name, value]) => [name, { ...value, ...onlyAtFirst }]));
    try {
      await this.session.call({ method: 'PUT', url, json: first });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      await this.session.call({ method: 'PATCH', url, json });
    }
  }

  /** One-time code with which a landlord enrols. */
  async enrolmentCode(landlord: string): Promise<string> {
    const url = `${this.urls.broker}/exchange/v1/landlords/enrolment-codes`;
    const headers = { 'idempotency-key': randomUUID() };
    return (await this.session.post(Code, url, { name: landlord }, headers)).code;
  }

  /** Every landlord of the exchange, and whether the broker reaches it now and knows what it offers. */
  async enrolledLandlords(): Promise<ReadonlyMap<string, { readonly trading: boolean }>> {
    const market = `${this.urls.broker}/exchange/v1`;
    const { landlords } = await this.session.get(Landlords, `${market}/landlords`);
    const { offers } = await this.session.get(Offers, `${market}/offers`);
    const offering = new Set(offers.map((offer) => offer.landlord_id));
    return new Map(landlords.map(({ id, name, reachable }) => [name, { trading: reachable && offering.has(id) }]));
  }

  /** A public image, uploaded once. An upload that was cut off is done again from its beginning. */
  async ensureImage(name: string, file: string): Promise<string> {
    const url = `${this.session.endpoint('image', COMBINED_REGION)}/v2/images`;
    const { images } = await this.session.get(Images, `${url}?name=${encodeURIComponent(name)}`);
    const active = images.find((image) => image.status === 'active');
    if (active !== undefined) return active.id;
    for (const broken of images) await this.session.call({ method: 'DELETE', url: `${url}/${broken.id}` });
    const properties = { name, visibility: 'public', container_format: 'bare', disk_format: 'raw' };
    const { id } = await this.session.post(Image, url, properties);
    const headers = { 'content-type': 'application/octet-stream' };
    await this.session.call({ method: 'PUT', url: `${url}/${id}/file`, body: await readFile(file), headers });
    return id;
  }
}
