import { HttpClient, type HttpResponse, type HttpStream } from '@ocx/openstack-client/http';
import { LandlordSession, type LandlordRequest } from '@ocx/openstack-client/landlord-session';
import type { LandlordBreaker } from './landlord-breaker.js';

/** HTTP to landlords: addresses are checked against the operator's allow-list. Identity is called by another client. */
export class LandlordHttp extends HttpClient {}

/** A landlord session whose every call goes through the landlord's circuit breaker. */
export class GuardedSession extends LandlordSession {
  constructor(
    options: ConstructorParameters<typeof LandlordSession>[0],
    private readonly breaker: LandlordBreaker,
    private readonly probe: boolean,
  ) {
    super(options);
  }

  override request(method: string, path: string, request?: LandlordRequest): Promise<HttpResponse> {
    return this.breaker.run(this.landlordId, () => super.request(method, path, request), this.probe);
  }

  override stream(method: string, path: string, request?: LandlordRequest): Promise<HttpStream> {
    return this.breaker.run(this.landlordId, () => super.stream(method, path, request), this.probe);
  }
}
