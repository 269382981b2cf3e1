import type { HttpClient, HttpRequest, HttpResponse, HttpStream } from './http.js';
import { createProof } from './dpop.js';
import type { SigningKey } from './signing-key.js';

export type LandlordRequest = Omit<HttpRequest, 'method' | 'url'>;

/** One landlord token in use: every call carries it and a fresh DPoP proof for exactly that call. */
export class LandlordSession {
  constructor(
    private readonly options: {
      /** The endpoint the landlord enrolled with, without a trailing slash. */
      endpoint: string;
      landlordId: string;
      key: SigningKey;
      http: HttpClient;
      token: string;
      deadlineMs?: number;
    },
  ) {}

  get landlordId(): string {
    return this.options.landlordId;
  }

  async request(method: string, path: string, request: LandlordRequest = {}): Promise<HttpResponse> {
    return this.options.http.request(await this.signed(method, path, request));
  }

  async stream(method: string, path: string, request: LandlordRequest = {}): Promise<HttpStream> {
    return this.options.http.stream(await this.signed(method, path, request));
  }

  private async signed(method: string, path: string, request: LandlordRequest): Promise<HttpRequest> {
    const { endpoint, key, token, deadlineMs } = this.options;
    const url = `${endpoint}${path}`;
    const query = url.indexOf('?');
    const proof = await createProof(key, { method, url: query < 0 ? url : url.slice(0, query), accessToken: token });
    return {
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      ...request,
      method,
      url,
      headers: { ...request.headers, authorization: `DPoP ${token}`, dpop: proof },
    };
  }
}
