import { createServer } from 'node:net';
import type { PortName, Ports } from '../ports.js';

/** Volumes are exported on whichever of their many ports is free. */
const WITHOUT_EXPORTS = ([name]: [string, number]) => name !== 'exports';

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Those of an exchange's ports that somebody else listens on: better said once, before anything is started. */
export async function busyPorts(ports: Ports): Promise<{ name: PortName; port: number }[]> {
  const all = (Object.entries(ports) as [PortName, number][]).filter(WITHOUT_EXPORTS);
  const found = await Promise.all(all.map(async ([name, port]) => ((await isFree(port)) ? [] : [{ name, port }])));
  return found.flat();
}

export async function refuseBusyPorts(ports: Ports): Promise<void> {
  const busy = await busyPorts(ports);
  if (busy.length === 0) return;
  const list = busy.map(({ name, port }) => `${String(port)} (${name})`).join(', ');
  const [first] = busy;
  const variable = first === undefined ? '' : `OCX_PORT_${first.name.toUpperCase()}`;
  throw new Error(`In use by another program: port ${list}. Choose others with OCX_PORT_OFFSET=1000 or ${variable}.`);
}
