import type { ServiceName } from '../layout.js';
import { ServiceProcess, type ServicePlan, type ServiceRuntime } from './service-process.js';

/** The services that were started, by name. */
export class Services {
  private readonly started = new Map<ServiceName, ServiceProcess>();
  private closed = false;

  /** `ended` hears of a service that ends although nobody asked it to. */
  constructor(
    private readonly runtime: ServiceRuntime,
    private readonly overrides: Partial<Record<ServiceName, Readonly<Record<string, string>>>>,
    private readonly ended: (message: string) => void,
  ) {}

  /** Nothing more is started. */
  close(): void {
    this.closed = true;
  }

  async start(plan: ServicePlan): Promise<void> {
    if (this.closed) throw new Error('The exchange is stopping.');
    const env = { ...plan.env, ...this.overrides[plan.name] };
    const service = new ServiceProcess(this.runtime, { ...plan, env });
    this.started.set(plan.name, service);
    await service.start();
    service.onUnexpectedEnd(this.ended);
  }

  get(name: ServiceName): ServiceProcess {
    const service = this.started.get(name);
    if (service === undefined) throw new Error(`${name} was not started.`);
    return service;
  }

  async stop(names: readonly ServiceName[]): Promise<void> {
    await Promise.all(names.map(async (name) => this.started.get(name)?.stop()));
  }

  kill(): void {
    for (const service of this.started.values()) service.kill();
  }
}
