import { type ExportAddress, type VolumeExport, VolumeExporter } from '../volume-exporter.js';
import { ExportFiles } from './export-files.js';
import { closeListener, listenAgain, listenAnywhere, type PortRange } from './listening-socket.js';
import { NbdkitProcess } from './nbdkit-process.js';

export interface NbdkitExporterOptions {
  /** Absolute; holds keys, so it is made with mode 0700. */
  readonly directory: string;
  /** Address to listen on, and the host name told to connectors. */
  readonly listenHost: string;
  readonly advertisedHost: string;
  readonly ports: PortRange;
}

/** One nbdkit per attachment: NBD over TLS-PSK. */
export class NbdkitExporter extends VolumeExporter {
  private readonly files: ExportFiles;
  private readonly processes: NbdkitProcess;
  /** One start or stop at a time: two starts would race for one port. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: NbdkitExporterOptions) {
    super();
    this.files = new ExportFiles(options.directory);
    this.processes = new NbdkitProcess(this.files);
  }

  ensure(volume: VolumeExport): Promise<ExportAddress> {
    return this.inTurn(async () => {
      const key = await this.files.key(volume.id);
      const known = await this.files.port(volume.id);
      if (known !== undefined && (await this.processes.find(volume.id)) !== undefined) {
        return this.address(known, key);
      }
      try {
        return this.address(await this.serve(volume, known), key);
      } catch (error) {
        // An export that never ran leaves nothing; one that ran keeps its port and key for the next try.
        if (known === undefined) await this.files.remove(volume.id);
        throw error;
      }
    });
  }

  stop(id: string): Promise<void> {
    return this.inTurn(async () => {
      await this.processes.kill(id);
      await this.files.remove(id);
    });
  }

  list(): Promise<readonly string[]> {
    return this.files.list();
  }

  isServed(id: string): Promise<boolean> {
    return this.processes.isServed(id);
  }

  private async serve(volume: VolumeExport, known: number | undefined): Promise<number> {
    const { listenHost, ports } = this.options;
    // What a crash left half started would hold the lock.
    await this.processes.kill(volume.id);
    const { server, port } =
      known === undefined
        ? await listenAnywhere(listenHost, ports, await this.takenPorts())
        : { server: await listenAgain(listenHost, known), port: known };
    try {
      await this.processes.start(volume, server);
      if (known === undefined) await this.files.savePort(volume.id, port);
      return port;
    } catch (error) {
      await this.processes.kill(volume.id);
      throw error;
    } finally {
      await closeListener(server);
    }
  }

  private address(port: number, key: string): ExportAddress {
    return { host: this.options.advertisedHost, port, key };
  }

  private async takenPorts(): Promise<Set<number>> {
    const ports = await Promise.all((await this.files.list()).map((id) => this.files.port(id)));
    return new Set(ports.filter((port) => port !== undefined));
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work, work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
