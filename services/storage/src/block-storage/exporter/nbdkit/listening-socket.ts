import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { BackendUnavailable } from '@ocx/service-kit/errors';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const BUSY = new Set(['EADDRINUSE', 'EACCES']);

async function listen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer();
  // A client that comes before the socket is handed over is turned away, and tries again.
  server.on('connection', (socket) => socket.destroy());
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (BUSY.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new BackendUnavailable('Volumes cannot be exported on this address.', {
      reason: 'export_address',
      cause: error,
    });
  }
}

/** Listens on exactly this port. Throws BackendUnavailable while another program has it. */
export async function listenAgain(host: string, port: number): Promise<Server> {
  const server = await listen(host, port);
  if (server) return server;
  throw new BackendUnavailable(`Port ${port} of an export is taken.`, { reason: 'port_taken' });
}

/** Listens on some free port of the range that is not in `taken`: an export that is down for a moment keeps its own. */
export async function listenAnywhere(host: string, range: PortRange, taken: ReadonlySet<number>) {
  for (let port = range.first; port <= range.last; port++) {
    if (taken.has(port)) continue;
    const server = await listen(host, port);
    if (server) return { server, port };
  }
  throw new BackendUnavailable('All ports for exporting volumes are in use.', { reason: 'no_port' });
}

export async function closeListener(server: Server): Promise<void> {
  server.close();
  if (server.listening) await once(server, 'close');
}
