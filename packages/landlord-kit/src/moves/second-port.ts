import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { once } from 'node:events';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LANDLORD_OPTIONS, type LandlordOptions } from '../landlord-options.js';

/** Ports besides OCX_PORT, served by the same application: at both, a landlord moves without refusing a request. */
@Injectable()
export class SecondPort implements BeforeApplicationShutdown {
  private readonly servers = new Map<number, Server>();

  constructor(
    @Inject(LANDLORD_OPTIONS) private readonly options: LandlordOptions,
    private readonly host: HttpAdapterHost,
  ) {}

  beforeApplicationShutdown(): void {
    this.keepOnly(null);
  }

  /** Listens there as well, if it does not yet; null, and OCX_PORT itself, are no second port. */
  async open(port: number | null): Promise<void> {
    const { OCX_PORT: first, OCX_LISTEN_HOST: host } = this.options.config;
    if (port === null || port === first || this.servers.has(port)) return;
    const server = this.create();
    server.listen(port, host);
    await once(server, 'listening');
    this.servers.set(port, server);
  }

  /** Closes every other one; calls that are being answered are finished. */
  keepOnly(port: number | null): void {
    for (const [other, server] of this.servers) {
      if (other === port) continue;
      server.close();
      server.closeIdleConnections();
      this.servers.delete(other);
    }
  }

  private create(): Server {
    const main = this.host.httpAdapter.getHttpServer() as Server;
    const { OCX_TLS_CERT: cert, OCX_TLS_KEY: key } = this.options.config;
    const server =
      cert === undefined || key === undefined
        ? createServer()
        : createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) });
    server.requestTimeout = 0;
    for (const event of ['request', 'clientError']) {
      server.on(event, (...args: unknown[]) => main.emit(event, ...args));
    }
    return server;
  }
}
