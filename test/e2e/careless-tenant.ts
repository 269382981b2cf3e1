import { expect, inject } from 'vitest';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';
import { FORMS, type Form } from './fault-forms.js';
import { type Holdings, holdingsOf } from './holdings.js';
import { type RawAnswer, type RawRequest, send } from './raw-http.js';

export const COMPUTE = { 'openstack-api-version': 'compute 2.79' };

/** Bytes, or a value that is sent as JSON. */
export type BadRequest = RawRequest & { readonly json?: unknown };

/** A tenant that sends what makes no sense, and must have the same afterwards as before. */
export class CarelessTenant {
  private constructor(
    readonly exchange: ExchangeUnderTest,
    readonly member: TestTenant,
    readonly image: string,
    private readonly before: Holdings,
  ) {}

  /** With a container, an object and a volume: something to lose. */
  static async create(): Promise<CarelessTenant> {
    const exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    const member = await exchange.newTenant('careless');
    const image = await member.tenant.imageNamed('demonstration');
    await member.tenant.createContainer('kept', 'standard@bluestone');
    await member.tenant.putObject('kept', 'object', Buffer.from('content'));
    await member.tenant.createVolume('kept', 1, 'granite');
    return new CarelessTenant(exchange, member, image, await holdingsOf(member.session, exchange.urls));
  }

  async giveBack(): Promise<void> {
    const { tenant } = this.member;
    await tenant.deleteContainer('kept');
    for (const { id } of await tenant.volumes()) await tenant.deleteVolume(id);
  }

  get token(): string {
    return this.member.session.token;
  }

  nova(path: string): string {
    return `${this.endpoint('compute')}${path}`;
  }

  cinder(path: string): string {
    return `${this.endpoint('volumev3')}${path}`;
  }

  glance(path: string): string {
    return `${this.endpoint('image')}/v2${path}`;
  }

  swift(path: string): string {
    return `${this.endpoint('object-store')}${path}`;
  }

  market(path: string): string {
    return `${this.exchange.urls.broker}/exchange/v1${path}`;
  }

  identity(path: string): string {
    return `${this.exchange.urls.identity}${path}`;
  }

  /** An order that would be filled but for `changes`. */
  server(changes: object = {}, hints?: Record<string, string>): BadRequest {
    const server = { name: 'unwanted', imageRef: this.image, flavorRef: 'm1.tiny', networks: 'auto', ...changes };
    const json = { server, ...(hints === undefined ? {} : { 'os:scheduler_hints': hints }) };
    return { method: 'POST', url: this.nova('/servers'), headers: COMPUTE, json };
  }

  volume(changes: object = {}): BadRequest {
    const json = { volume: { name: 'unwanted', size: 1, ...changes } };
    return { method: 'POST', url: this.cinder('/volumes'), json };
  }

  /** Sends it with the tenant's token, and expects exactly this refusal and that nothing has changed. */
  async refused({ json, ...request }: BadRequest, form: Form, status: number, message?: RegExp): Promise<RawAnswer> {
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const headers = { 'x-auth-token': this.token, 'content-type': 'application/json', ...request.headers };
    const answer = await send({ ...request, ...body, headers });
    expect(answer.status, answer.text).toBe(status);
    const said = FORMS[form](answer, status);
    if (message !== undefined) expect(said).toMatch(message);
    await this.expectUnchanged();
    return answer;
  }

  async expectUnchanged(): Promise<void> {
    expect(await holdingsOf(this.member.session, this.exchange.urls)).toEqual(this.before);
  }

  private endpoint(type: string): string {
    return this.member.session.endpoint(type, 'exchange');
  }
}
