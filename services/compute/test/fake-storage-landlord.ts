import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint } from 'jose';
import type { RedeemedAttachment } from '@ocx/openstack-api/compute/volume-attachments';
import { ReplayCache, verifyProof } from '@ocx/openstack-client/dpop';
import type { ComputeWorld } from './compute-world.js';

interface Asked {
  id: string;
  serverId: string;
  volumeId: string;
  projectId?: string;
}

/** A storage landlord as a compute landlord meets it: it redeems grants and takes attachments back, over real HTTP. */
export class FakeStorageLandlord {
  readonly landlordId = `landlord-${randomBytes(16).toString('hex')}`;
  readonly released: string[] = [];
  redeemed = 0;
  /** What a redeemed grant is answered with. */
  answer: Omit<RedeemedAttachment, 'protocol' | 'mode'> | undefined;
  /** Answers with this redirect instead, while set. */
  redirect: string | undefined;
  /** Answers with these words instead, while set. */
  words: string | undefined;
  private readonly replay = new ReplayCache();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeStorageLandlord> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const landlord = new FakeStorageLandlord(server, url);
    server.on('request', (request, response) => void landlord.serve(request, response));
    return landlord;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The body with which the broker brings an attachment to the compute landlord, its grant minted by identity. */
  async attachment(world: ComputeWorld, asked: Asked, granted: Partial<Asked> = {}) {
    const { jwk, landlordId } = world.landlord;
    const jkt = await calculateJwkThumbprint(jwk);
    const bound = { ...asked, ...granted };
    const grant = await world.identity.landlordToken({
      landlordId: this.landlordId,
      jkt,
      projectId: bound.projectId ?? '0123456789abcdef0123456789abcdef',
      expiresIn: 86_400,
      access: {
        actions: ['attach'],
        attachment: {
          id: bound.id,
          volume_id: bound.volumeId,
          server_id: bound.serverId,
          mode: 'rw',
          connector: { landlord_id: landlordId, jkt },
        },
      },
    });
    return {
      id: asked.id,
      server_id: asked.serverId,
      volume_id: asked.volumeId,
      mode: 'rw' as const,
      grant,
      storage: { landlord_id: this.landlordId, endpoint: this.url },
    };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const path = request.url ?? '';
    const token = (request.headers.authorization ?? '').replace(/^DPoP /, '');
    try {
      const { cnf } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
        cnf: { jkt: string };
      };
      const proven = { method, url: this.url + path, accessToken: token, jkt: cnf.jkt, replay: this.replay };
      await verifyProof(String(request.headers['dpop']), proven);
    } catch {
      response.writeHead(401).end();
      return;
    }
    const [, id, redeem] = /^\/landlord\/v1\/attachments\/([^/]+)(\/redeem)?$/.exec(path) ?? [];
    if (this.words !== undefined) response.end(this.words);
    else if (this.redirect !== undefined) response.writeHead(307, { location: this.redirect }).end();
    else if (method === 'DELETE' && id !== undefined) {
      this.released.push(id);
      response.writeHead(204).end();
    } else if (method === 'POST' && redeem !== undefined) {
      this.redeemed += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ protocol: 'nbd', mode: 'rw', ...this.answer }));
    } else response.writeHead(404).end();
  }
}
