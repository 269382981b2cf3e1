import type { IncomingMessage, ServerResponse } from 'node:http';
import { LandlordDouble } from '../../services/broker/test/market-landlord.js';
import { OpenStackDouble } from '../../services/broker/test/proxy-landlord.js';

/** One request as a landlord received it. */
export interface Kept {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly token: string;
  readonly proof: string;
  readonly body: string;
}

export type Trap = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * A landlord with keys of its own that is enrolled like any other, serves what it leased, and keeps everything that it
 * receives. `trap` may answer before it does.
 */
export class EvilLandlord {
  readonly kept: Kept[] = [];
  trap: Trap = () => false;

  private constructor(
    readonly double: LandlordDouble,
    readonly cloud: OpenStackDouble,
  ) {
    const serve = double.misbehave;
    double.misbehave = async (request, response) => {
      if (this.trap(request, response)) return true;
      await this.keep(request);
      return serve(request, response);
    };
  }

  static async start(name: string, port: number): Promise<EvilLandlord> {
    const double = await LandlordDouble.start(name, port);
    return new EvilLandlord(double, new OpenStackDouble(double));
  }

  get name(): string {
    return this.double.name;
  }

  get id(): string {
    return this.double.id;
  }

  /** Answers what matches in another way, until it is set to do nothing again. */
  answers(match: RegExp, answer: (response: ServerResponse, request: IncomingMessage) => void): void {
    this.trap = (request, response) => {
      if (!match.test(`${request.method ?? ''} ${request.url ?? ''}`)) return false;
      answer(response, request);
      return true;
    };
  }

  behaves(): void {
    this.trap = () => false;
  }

  /** Its newest request of this kind. */
  loot(match: RegExp): Kept {
    const found = this.kept.findLast(({ method, url }) => match.test(`${method} ${url}`));
    if (!found) throw new Error(`${this.name} has received nothing like ${String(match)}.`);
    return found;
  }

  private async keep(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    // Whoever serves the request reads the body again.
    request[Symbol.asyncIterator] = async function* () {
      yield await Promise.resolve(body);
    } as never;
    const { authorization = '', dpop } = request.headers;
    this.kept.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      token: authorization.replace(/^DPoP /, ''),
      proof: typeof dpop === 'string' ? dpop : '',
      body: body.toString('utf8'),
    });
  }
}
