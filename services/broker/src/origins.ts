import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Middleware } from '@ocx/service-kit/bootstrap';
import { renderFault, type FaultStyle } from '@ocx/service-kit/fault';
import type { BrokerConfig } from './broker.config.js';

const OBJECT_PATH = /^\/(?:info(?:[?]|$)|regions\/[^/]+\/object-store(?:[/?]|$))/;
const SHARED_PATH = /^\/healthcheck(?:[?]|$)/;

/**
 * The two origins of the broker. Object data is anybody's HTML; it is served from an origin of its own, so that it can
 * act neither on the API nor on the dashboard. Both origins feed the same application; a path of one is not found at
 * the other.
 */
export class Origins {
  private readonly onObjectOrigin = new WeakSet<IncomingMessage>();
  private server: Server | undefined;

  constructor(
    private readonly config: BrokerConfig,
    private readonly faultStyle: (path: string) => FaultStyle,
  ) {}

  readonly middleware: Middleware = (request, response, next) => {
    const path = request.url ?? '/';
    const atObjects = this.onObjectOrigin.has(request);
    if (atObjects) {
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('content-security-policy', 'sandbox');
    }
    if (SHARED_PATH.test(path) || OBJECT_PATH.test(path) === atObjects) {
      next();
      return;
    }
    const fault = renderFault(this.faultStyle(path), { status: 404, message: 'The resource could not be found.' });
    response.writeHead(404, { 'content-type': fault.contentType, ...fault.headers });
    response.end(fault.body);
  };

  /** @param route hands a request to the application */
  async listen(route: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
    const { OCX_TLS_CERT: cert, OCX_TLS_KEY: key, OCX_OBJECT_PORT: port, OCX_LISTEN_HOST: host } = this.config;
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      this.onObjectOrigin.add(request);
      route(request, response);
    };
    // Uploads take as long as they take; a stalled one ends with its socket.
    const options = { requestTimeout: 0 };
    this.server =
      cert !== undefined && key !== undefined
        ? createHttpsServer({ ...options, cert: readFileSync(cert), key: readFileSync(key) }, handle)
        : createHttpServer(options, handle);
    this.server.listen(port, host);
    await once(this.server, 'listening');
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const patience = setTimeout(() => {
      server.closeAllConnections();
    }, 5_000);
    await closed;
    clearTimeout(patience);
  }
}
