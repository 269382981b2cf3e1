import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { decodeJwt } from 'jose';
import { serverView, volumeView } from './landlord-views.js';
import type { LandlordDouble } from './market-landlord.js';

interface TokenClaims {
  project_id?: string;
  authorization_details: [{ lease_id?: string; actions: string[] }];
}

const CONTAINER = {
  'x-container-object-count': '0',
  'x-container-bytes-used': '0',
  'x-timestamp': '1767225600.00000',
};
/** What a landlord says of an object in its headers. */
export const OBJECT_HEADERS = {
  etag: 'abc',
  'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
  'x-timestamp': '1767225600.00000',
  'accept-ranges': 'bytes',
};

/** OpenStack's APIs of a landlord double, on top of its `/landlord/v1`. */
export class OpenStackDouble {
  readonly servers = new Map<string, Record<string, unknown>>();
  readonly volumes = new Map<string, Record<string, unknown>>();
  readonly objects = new Map<string, Buffer>();
  readonly containers = new Set<string>();
  /** Bodies of creates, as they came. */
  readonly creates: unknown[] = [];
  readonly images = new Map<string, Buffer>();
  readonly attachments = new Map<string, Record<string, unknown>>();
  /** What a compute landlord says of an attachment it was given. */
  attachmentState: 'attaching' | 'attached' | 'error' = 'attached';
  /** Whether it lets go when it is told to. */
  detaches = true;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  /** Answers instead of the honest code; the landlord's own protocol is left alone. */
  behave: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;

  constructor(readonly landlord: LandlordDouble) {
    landlord.holdsObjects = () => this.objects.size > 0;
    landlord.emptied = () => {
      this.objects.clear();
      this.containers.clear();
    };
    landlord.misbehave = async (request, response) => {
      const url = request.url ?? '/';
      const isOwn = /^\/(?:v2\.1|v3|v1|image)\/|^\/landlord\/v1\/attachments/.test(url);
      if (!isOwn) return false;
      this.requests.push({ method: request.method ?? '', url, headers: request.headers });
      if (this.behave(request, response)) return true;
      await this.serve(request, response);
      return true;
    };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytes(request);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const method = request.method ?? 'GET';
    const [, root = ''] = path.split('/');
    if (path.startsWith('/landlord/v1/attachments')) this.attachment(method, path, body, response);
    else if (root === 'image') this.image(method, path, body, response);
    else if (root === 'v2.1') this.compute(method, path, body, request, response);
    else if (root === 'v3') this.volume(method, path, body, request, response);
    else this.swift(method, path, body, request, response);
  }

  private attachment(method: string, path: string, body: Buffer, response: ServerResponse): void {
    const id = path.split('/')[4] ?? '';
    if (method === 'POST') {
      const given = JSON.parse(body.toString()) as Record<string, unknown>;
      this.attachments.set(String(given['id']), given);
      if (given['grant'] === undefined) reply(response, 201, { ...given, size: 1, state: 'reserved' });
      else reply(response, 202);
      return;
    }
    const known = this.attachments.get(id);
    if (!known) {
      reply(response, 404, { detail: 'gone' });
      return;
    }
    if (method === 'DELETE') {
      if (!this.detaches) {
        reply(response, 202);
        return;
      }
      this.attachments.delete(id);
      reply(response, 204);
      return;
    }
    const { server_id, volume_id } = known;
    reply(response, 200, {
      id,
      server_id,
      volume_id,
      state: this.attachmentState,
      device: '/dev/vdb',
      path: '/volumes/vdb',
    });
  }

  private image(method: string, path: string, body: Buffer, response: ServerResponse): void {
    if (method === 'POST') reply(response, 201, { ...(JSON.parse(body.toString()) as object), status: 'queued' });
    else {
      this.images.set(path.split('/')[4] ?? '', body);
      reply(response, 204);
    }
  }

  private compute(
    method: string,
    path: string,
    body: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const id = path.split('/')[3] ?? '';
    if (method === 'POST' && id === '') {
      const { server } = JSON.parse(body.toString()) as { server: { name: string } };
      this.creates.push(server);
      const made = this.leasedId(request);
      this.servers.set(made, serverView(made, server.name));
      reply(response, 202, { server: { id: made, links: [], 'OS-DCF:diskConfig': 'MANUAL', security_groups: [] } });
    } else if (id === 'detail') reply(response, 200, { servers: [...this.servers.values()] });
    else if (!this.servers.has(id)) reply(response, 404, { itemNotFound: { code: 404, message: 'not here' } });
    else if (path.endsWith('/action')) reply(response, 200, { output: 'booted\n' });
    else if (path === `/v2.1/servers/${id}`) {
      const { server = {} } = method === 'PUT' ? (JSON.parse(body.toString()) as { server: object }) : {};
      reply(response, 200, { server: Object.assign(this.servers.get(id) ?? {}, server) });
    } else this.belowServer(method, path, body, response);
  }

  /** Metadata, addresses and tags, as far as they can be told from the request. */
  private belowServer(method: string, path: string, body: Buffer, response: ServerResponse): void {
    const [what = '', key] = path.split('/').slice(4);
    const address = { addr: '10.0.0.2', version: 4 };
    const read: Record<string, object> = {
      metadata: key === undefined ? { metadata: { a: 'b' } } : { meta: { [key]: 'b' } },
      ips: key === undefined ? { addresses: { net: [address] } } : { [key]: [address] },
      tags: { tags: ['t'] },
    };
    if (method === 'DELETE' || (what === 'tags' && key !== undefined)) reply(response, method === 'PUT' ? 201 : 204);
    else if (method === 'GET') reply(response, 200, read[what] ?? {});
    else reply(response, 200, JSON.parse(body.toString()));
  }

  private volume(method: string, path: string, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const id = path.split('/')[4] ?? '';
    if (method === 'POST' && id === '') {
      const { volume } = JSON.parse(body.toString()) as { volume: { size: number; name: string } };
      const made = this.leasedId(request);
      this.volumes.set(made, volumeView(made, volume.size, volume.name));
      reply(response, 202, { volume: this.volumes.get(made) });
    } else if (id === 'detail') reply(response, 200, { volumes: [...this.volumes.values()] });
    else if (!this.volumes.has(id)) reply(response, 404, { itemNotFound: { code: 404, message: 'not here' } });
    else if (path.endsWith('/action')) this.volumeAction(id, body, response);
    else if (path.includes('/metadata')) this.volumeMetadata(method, path, body, response);
    else {
      const { volume = {} } = method === 'PUT' ? (JSON.parse(body.toString()) as { volume: object }) : {};
      reply(response, 200, { volume: Object.assign(this.volumes.get(id) ?? {}, volume) });
    }
  }

  private volumeAction(id: string, body: Buffer, response: ServerResponse): void {
    const action = JSON.parse(body.toString()) as { 'os-extend'?: { new_size: number } };
    const size = action['os-extend']?.new_size;
    const lease = [...this.landlord.leases.values()].find(({ document }) => document.resource.id === id);
    if (size !== undefined && lease?.document.quantity !== size) {
      reply(response, 409, { conflictingRequest: { code: 409, message: 'The lease is for another size.' } });
      return;
    }
    if (size !== undefined) this.volumes.set(id, { ...this.volumes.get(id), size });
    reply(response, 202);
  }

  private volumeMetadata(method: string, path: string, body: Buffer, response: ServerResponse): void {
    const key = path.split('/metadata/')[1];
    const read = key === undefined ? { metadata: { a: 'b' } } : { meta: { [key]: 'b' } };
    if (method === 'DELETE') reply(response, 200);
    else reply(response, 200, method === 'GET' ? read : JSON.parse(body.toString()));
  }

  private swift(method: string, path: string, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const isLeased = [...this.landlord.leases.values()].some(
      ({ state, document }) => state === 'active' && document.resource.type === 'object-account',
    );
    if (!isLeased) {
      reply(response, 403, { message: 'no lease' });
      return;
    }
    const [, , , container = '', ...rest] = path.split('/');
    const key = `${container}/${rest.join('/')}`;
    if (container === '') {
      const rows = [...this.containers].map((name) => ({
        name,
        count: [...this.objects.keys()].filter((object) => object.startsWith(`${name}/`)).length,
        bytes: [...this.objects]
          .filter(([object]) => object.startsWith(`${name}/`))
          .reduce((sum, [, content]) => sum + content.length, 0),
        last_modified: '2026-01-01T00:00:00.000000',
      }));
      reply(response, 200, rows);
    } else if (rest.length === 0) {
      if (method === 'PUT') this.containers.add(decodeURIComponent(container));
      else if (method === 'DELETE') this.containers.delete(decodeURIComponent(container));
      if (method === 'GET') reply(response, 200, this.entries(container), CONTAINER);
      else response.writeHead(method === 'PUT' ? 201 : 204, { 'set-cookie': 'a=b', ...CONTAINER }).end();
    } else if (method === 'PUT') {
      this.objects.set(key, body);
      response.writeHead(201, OBJECT_HEADERS).end();
    } else if (method === 'DELETE') response.writeHead(this.objects.delete(key) ? 204 : 404).end();
    else if (method === 'POST') response.writeHead(202).end();
    else if (method === 'COPY') {
      this.objects.set(String(request.headers['destination']), this.objects.get(key) ?? body);
      response.writeHead(201, OBJECT_HEADERS).end();
    } else {
      const object = this.objects.get(key);
      if (!object) response.writeHead(404, { 'content-type': 'text/html' }).end('<html><p>gone</p></html>');
      else {
        const type = { 'content-length': object.length, 'content-type': 'text/html' };
        response.writeHead(200, { ...OBJECT_HEADERS, ...type, 'set-cookie': 'a=b' });
        response.end(method === 'HEAD' ? undefined : object);
      }
    }
  }

  private entries(container: string): object[] {
    const inside = [...this.objects].filter(([name]) => name.startsWith(`${container}/`));
    return inside.map(([name, content]) => ({
      name: name.slice(container.length + 1),
      bytes: content.length,
      hash: OBJECT_HEADERS.etag,
      content_type: 'text/html',
      last_modified: '2026-01-01T00:00:00.000000',
    }));
  }

  // As a landlord knows it: by the lease that the token names.
  private leasedId(request: IncomingMessage): string {
    const token = (request.headers.authorization ?? '').replace(/^DPoP /, '');
    const [details] = decodeJwt<TokenClaims>(token).authorization_details;
    const lease = this.landlord.leases.get(details.lease_id ?? '');
    if (!lease || !details.actions.includes('create')) throw new Error('no lease to create under');
    return lease.document.resource.id;
  }
}

function reply(response: ServerResponse, status: number, body?: unknown, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
