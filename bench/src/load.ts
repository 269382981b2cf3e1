import { Pool } from 'undici';

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** The only status that is no failure. */
  readonly expects: number;
}

export interface Load {
  readonly atOnce: number;
  readonly seconds: number;
}

export interface Outcome {
  readonly perSecond: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

/** So many clients with a connection each, every one of which asks again as soon as it was answered. */
export class Clients {
  private readonly pool: Pool;

  constructor(
    origin: string,
    private readonly load: Load,
  ) {
    // A server that closes after each answer is met by a new connection each time, and one that does not is not.
    this.pool = new Pool(origin, { connections: load.atOnce, pipelining: 1 });
  }

  /** Throws on the first answer other than the expected one. */
  async ask(request: Request): Promise<Buffer> {
    return (await this.answer(request)).body;
  }

  /** The same, with the token that came in its headers. */
  async answer(request: Request): Promise<{ readonly body: Buffer; readonly token: string }> {
    const { method, path, headers, json, expects } = request;
    const answer = await this.pool.request({
      method,
      path,
      headers: { accept: 'application/json', ...(json === undefined ? {} : JSON_TYPE), ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const body = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode !== expects) {
      throw new Error(`${method} ${path} answered ${answer.statusCode}: ${body.toString('utf8', 0, 300)}`);
    }
    return { body, token: String(answer.headers['x-subject-token'] ?? '') };
  }

  /** The same request for `seconds`, or one that is made anew each time. */
  async run(request: Request | (() => Request), seconds = this.load.seconds): Promise<Outcome> {
    const latencies: number[] = [];
    const start = performance.now();
    const end = start + seconds * 1000;
    const client = async () => {
      while (performance.now() < end) {
        const asked = performance.now();
        await this.ask(typeof request === 'function' ? request() : request);
        latencies.push(performance.now() - asked);
      }
    };
    await Promise.all(Array.from({ length: this.load.atOnce }, client));
    return { perSecond: (latencies.length / (performance.now() - start)) * 1000, latencies };
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

const JSON_TYPE = { 'content-type': 'application/json' } as const;
