/** Every port of an exchange on one machine. The defaults are documented in README.md and docs/protocol.md. */
export const DEFAULT_PORTS = {
  identity: 5000,
  postgres: 5439,
  broker: 8780,
  objects: 8781,
  harvard: 8801,
  mit: 8802,
  bluestone: 8811,
  granite: 8812,
  university: 8900,
  /** First of the ports bluestone exports attached volumes on; granite's follow. */
  exports: 10810,
} as const;

export type PortName = keyof typeof DEFAULT_PORTS;
export type Ports = Readonly<Record<PortName, number>>;

/** How many volumes one storage landlord can have attached at once, and so how many ports it exports on. */
export const EXPORT_PORTS_PER_LANDLORD = 64;

const LARGEST_PORT = 65_535;

function portFrom(variable: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > LARGEST_PORT) {
    throw new Error(`${variable}=${text} is not a port number.`);
  }
  return port;
}

/** All ports moved by `offset`: how a second exchange runs beside the first. */
export function portsAt(offset: number): Ports {
  return Object.fromEntries(Object.entries(DEFAULT_PORTS).map(([name, port]) => [name, port + offset])) as Ports;
}

/** `OCX_PORT_IDENTITY=5001` moves one port, `OCX_PORT_OFFSET=1000` all others. */
export function portsFrom(environment: NodeJS.ProcessEnv): Ports {
  const offset = Number(environment['OCX_PORT_OFFSET'] ?? 0);
  if (!Number.isInteger(offset)) throw new Error('OCX_PORT_OFFSET is not a whole number.');
  const ports: Record<PortName, number> = { ...portsAt(offset) };
  for (const name of Object.keys(DEFAULT_PORTS) as PortName[]) {
    const variable = `OCX_PORT_${name.toUpperCase()}`;
    const text = environment[variable];
    ports[name] = portFrom(variable, text ?? String(ports[name]));
  }
  return ports;
}
