import { request } from 'node:http';
import { TestExchange } from './market-exchange.js';
import { OpenStackDouble } from './proxy-landlord.js';

export const STANDARD_VOLUME = '6f0f2c0e-1f43-4f4c-9b8c-0c6f3d1b7a01';

/** Two compute and two storage landlords at one broker, each with offers. */
export class CloudOfDoubles {
  private constructor(
    readonly exchange: TestExchange,
    readonly harvard: OpenStackDouble,
    readonly mit: OpenStackDouble,
    readonly bluestone: OpenStackDouble,
    readonly granite: OpenStackDouble,
  ) {}

  static async start(): Promise<CloudOfDoubles> {
    const exchange = await TestExchange.start();
    const doubles: OpenStackDouble[] = [];
    for (const [index, name] of ['harvard', 'mit'].entries()) {
      const microversions = { min: '2.1', max: name === 'mit' ? '2.96' : '2.90' };
      const landlord = await exchange.landlord(name, { microversions });
      landlord.offer({
        prices: [{ meter: 'server_seconds', relation: 'anyone', amount: String(index + 1), per: '1' }],
        capacity: 100,
      });
      await exchange.offered(landlord);
      doubles.push(new OpenStackDouble(landlord));
    }
    for (const [index, name] of ['bluestone', 'granite'].entries()) {
      const landlord = await exchange.landlord(name, { kind: 'storage' });
      const amount = String(index + 1);
      landlord.offer({
        product: { type: 'volume', id: STANDARD_VOLUME },
        prices: [{ meter: 'volume_gib_seconds', relation: 'anyone', amount, per: '1' }],
        capacity: 1000,
      });
      landlord.offer({
        product: { type: 'object-store', id: 'standard' },
        prices: [{ meter: 'object_byte_seconds', relation: 'anyone', amount, per: '1000000000000' }],
        capacity: 1000,
      });
      await exchange.offered(landlord);
      doubles.push(new OpenStackDouble(landlord));
    }
    const [harvard, mit, bluestone, granite] = doubles;
    if (!harvard || !mit || !bluestone || !granite) throw new Error('a landlord is missing');
    return new CloudOfDoubles(exchange, harvard, mit, bluestone, granite);
  }

  /** A public image with bytes, made by an administrator. */
  async image(token: string, visibility = 'public'): Promise<string> {
    const created = await this.exchange.call('POST', '/regions/exchange/image/v2/images', {
      token,
      body: { name: 'app', visibility, container_format: 'docker', disk_format: 'raw' },
    });
    const id = String(created.body['id']);
    await fetch(`${this.exchange.url}/regions/exchange/image/v2/images/${id}/file`, {
      method: 'PUT',
      headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream' },
      body: 'layers',
    });
    return id;
  }

  objects(method: string, path: string, token: string, init: { headers?: Record<string, string>; body?: string } = {}) {
    return fetch(`${this.exchange.objectUrl}/regions/exchange/object-store/v1/${path}`, {
      method,
      redirect: 'manual',
      headers: { 'x-auth-token': token, ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
    });
  }

  /** A request whose path goes out byte by byte as it is written: `fetch` would fold dots and escape the rest. */
  raw(method: string, path: string, token: string): Promise<{ status: number; type: string; text: string }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.exchange.objectUrl);
      const body = method === 'PUT' ? 'x' : '';
      const sent = request(
        {
          hostname,
          port,
          method,
          path: `/regions/exchange/object-store/v1/${path}`,
          headers: { 'x-auth-token': token, 'content-length': body.length },
        },
        (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.on('end', () => {
            resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
