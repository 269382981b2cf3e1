import { z } from 'zod';
import { type HttpClient, type HttpResponse, PeerMisbehaved } from './http.js';

const DEADLINE_MS = 2_000;
const MAX_BYTES = 1024 * 1024;

const Token = z.string().min(1).max(16_384);

/**
 * A service's own line to a Keystone, as a user of that Keystone with a role on the system, which is how OpenStack's
 * services read limits. The token is kept, and asked for anew when Keystone takes it no longer.
 */
export class KeystoneSession {
  private token: Promise<string> | undefined;

  constructor(
    private readonly options: {
      /** Without `/v3`. */
      readonly url: string;
      readonly http: HttpClient;
      readonly user: string;
      readonly userDomain: string;
      readonly password: string;
    },
  ) {}

  /** `path` begins with `/v3`. Throws what {@link HttpClient.request} throws, {@link PeerMisbehaved} when not let in. */
  async get(path: string): Promise<HttpResponse> {
    const token = this.login();
    const answer = await this.read(path, await token);
    if (answer.status !== 401) return answer;
    // Of many who were refused at once, one logs in.
    if (this.token === token) this.token = undefined;
    return this.read(path, await this.login());
  }

  private read(path: string, token: string): Promise<HttpResponse> {
    const { url, http } = this.options;
    return http.request({
      method: 'GET',
      url: `${url}${path}`,
      headers: { 'x-auth-token': token, accept: 'application/json' },
      deadlineMs: DEADLINE_MS,
      maxBytes: MAX_BYTES,
    });
  }

  private login(): Promise<string> {
    this.token ??= this.authenticate().catch((error: unknown) => {
      this.token = undefined;
      throw error;
    });
    return this.token;
  }

  private async authenticate(): Promise<string> {
    const { url, http, user: name, userDomain, password } = this.options;
    const user = { name, domain: { name: userDomain }, password };
    const answer = await http.request({
      method: 'POST',
      url: `${url}/v3/auth/tokens?nocatalog`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        auth: { identity: { methods: ['password'], password: { user } }, scope: { system: { all: true } } },
      }),
      deadlineMs: DEADLINE_MS,
      maxBytes: MAX_BYTES,
    });
    const token = Token.safeParse(answer.headers['x-subject-token']);
    if (answer.status === 201 && token.success) return token.data;
    throw new PeerMisbehaved(`Keystone does not let the service in (${answer.status}).`);
  }
}
