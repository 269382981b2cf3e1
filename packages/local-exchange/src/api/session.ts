import { z } from 'zod';
import { ApiError, type Answer, type Call, type HttpApi } from './http.js';

const Endpoint = z.object({ region_id: z.string().nullish(), interface: z.string(), url: z.string() });
const TokenBody = z.object({
  token: z.object({
    user: z.object({ id: z.string(), name: z.string() }),
    project: z.object({ id: z.string(), name: z.string() }).optional(),
    roles: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
    expires_at: z.string(),
    catalog: z.array(z.object({ type: z.string(), endpoints: z.array(Endpoint) })).default([]),
  }),
});
export type TokenInfo = z.infer<typeof TokenBody>['token'];

/** All landlords together, as one region; the default of every openrc. */
export const COMBINED_REGION = 'exchange';

export interface Scope {
  readonly project: { readonly id: string } | { readonly name: string; readonly domain: { readonly id: string } };
}

/** A Keystone token and what it opens. Endpoints come from its catalog, as stock clients take them. */
export class Session {
  private constructor(
    readonly http: HttpApi,
    /** Ends in /v3. */
    readonly identityUrl: string,
    readonly token: string,
    readonly info: TokenInfo,
  ) {}

  static async authenticate(http: HttpApi, identityUrl: string, identity: unknown, scope?: Scope): Promise<Session> {
    const json = { auth: { identity, ...(scope === undefined ? {} : { scope }) } };
    const answer = await http.call({ method: 'POST', url: `${identityUrl}/auth/tokens`, json });
    return Session.from(http, identityUrl, answer);
  }

  static password(
    http: HttpApi,
    identityUrl: string,
    name: string,
    password: string,
    project: string,
  ): Promise<Session> {
    const user = { name, password, domain: { id: 'default' } };
    const identity = { methods: ['password'], password: { user } };
    return Session.authenticate(http, identityUrl, identity, { project: { name: project, domain: { id: 'default' } } });
  }

  static fromToken(http: HttpApi, identityUrl: string, token: string, scope?: Scope): Promise<Session> {
    return Session.authenticate(http, identityUrl, { methods: ['token'], token: { id: token } }, scope);
  }

  /** What a token that came from elsewhere, such as a browser login, says. */
  static async adopt(http: HttpApi, identityUrl: string, token: string): Promise<Session> {
    const headers = { 'x-subject-token': token };
    const answer = await http.call({ url: `${identityUrl}/auth/tokens`, token, headers });
    return new Session(http, identityUrl, token, TokenBody.parse(answer.json()).token);
  }

  private static from(http: HttpApi, identityUrl: string, answer: Answer): Session {
    const token = answer.headers['x-subject-token'];
    if (token === undefined) throw new Error('Identity answered without X-Subject-Token.');
    return new Session(http, identityUrl, token, TokenBody.parse(answer.json()).token);
  }

  get projectId(): string {
    if (this.info.project === undefined) throw new Error('This token is not scoped to a project.');
    return this.info.project.id;
  }

  hasEndpoint(type: string, region: string): boolean {
    return this.findEndpoint(type, region) !== undefined;
  }

  endpoint(type: string, region: string): string {
    const endpoint = this.findEndpoint(type, region);
    if (endpoint === undefined) throw new Error(`The catalog has no public "${type}" endpoint in region "${region}".`);
    return endpoint.url.replace(/\/+$/, '');
  }

  private findEndpoint(type: string, region: string) {
    const service = this.info.catalog.find((entry) => entry.type === type);
    return service?.endpoints.find((at) => at.interface === 'public' && at.region_id === region);
  }

  call(call: Call): Promise<Answer> {
    return this.http.call({ token: this.token, ...call });
  }

  async get<T>(schema: z.ZodType<T>, url: string, headers?: Record<string, string>): Promise<T> {
    return schema.parse((await this.call({ url, headers })).json());
  }

  async post<T>(schema: z.ZodType<T>, url: string, json: unknown, headers?: Record<string, string>): Promise<T> {
    return schema.parse((await this.call({ method: 'POST', url, json, headers })).json());
  }

  /** Undefined for 404. */
  async find<T>(schema: z.ZodType<T>, url: string): Promise<T | undefined> {
    try {
      return await this.get(schema, url);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}
