import { Controller, Get, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { type ServerUsage, TenantUsageAnswer, TenantUsageList, UsageQuery } from '@ocx/openstack-api/compute/usage';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { IndexedResource } from '../../inventory/resource.js';
import type { Lease } from '../../market/leases/lease.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { PROXY_POLICY } from '../proxy.policy.js';

interface Window {
  readonly start: Date;
  readonly end: Date;
}

const HOUR_MS = 3_600_000;
const DEFAULT_DAYS = 30;
const nova = (date: Date) => date.toISOString().replace('Z', '000');

function instant(text: string | undefined, fallback: Date): Date {
  if (text === undefined) return fallback;
  const parsed = new Date(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(parsed.getTime())) throw new InvalidInput(`Datetime is in invalid format: ${text}`);
  return parsed;
}

function windowOf(query: z.infer<typeof UsageQuery>): Window {
  const end = instant(query.end, new Date());
  const start = instant(query.start, new Date(end.getTime() - DEFAULT_DAYS * 24 * HOUR_MS));
  if (start >= end) throw new InvalidInput('Invalid start time. The start time cannot occur after the end time.');
  return { start, end };
}

function serverUsage(lease: Lease, row: IndexedResource | undefined, { start, end }: Window): ServerUsage {
  const from = Math.max(lease.startsAt.getTime(), start.getTime());
  const to = Math.min((lease.endedAt ?? new Date()).getTime(), end.getTime());
  const flavor = FLAVORS.find(({ id }) => id === lease.product.id);
  return {
    instance_id: lease.resource.id,
    name: row?.name ?? '',
    hours: Math.max(0, to - from) / HOUR_MS,
    flavor: lease.product.id,
    vcpus: flavor?.vcpus ?? 0,
    memory_mb: flavor?.ram ?? 0,
    local_gb: flavor?.disk ?? 0,
    tenant_id: lease.projectId,
    started_at: nova(lease.startsAt),
    ended_at: lease.endedAt === null ? null : nova(lease.endedAt),
    state: row?.status.toLowerCase() ?? 'unknown',
    uptime: Math.max(0, Math.floor(((lease.endedAt ?? new Date()).getTime() - lease.startsAt.getTime()) / 1000)),
  };
}

/** What a project's running servers have used, from their leases. */
@Controller('regions/:region/compute/v2.1/os-simple-tenant-usage')
export class UsageController {
  constructor(
    private readonly leases: LeasesService,
    private readonly inventory: InventoryService,
  ) {}

  @Get()
  @Policy(PROXY_POLICY.administrator)
  @Operation({ query: UsageQuery, answers: { 200: TenantUsageList } })
  async list(@Query() query: unknown) {
    const parsed = parse(UsageQuery, query);
    const projects = new Set((await this.inventory.list('server')).map(({ projectId }) => projectId));
    const usages = await Promise.all([...projects].map((id) => this.usage(id, windowOf(parsed))));
    return {
      tenant_usages: usages.map(({ server_usages: servers, ...usage }) =>
        parsed.detailed === '1' ? { ...usage, server_usages: servers } : usage,
      ),
    };
  }

  @Get(':project')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: UsageQuery, answers: { 200: TenantUsageAnswer } })
  async show(@Caller() caller: Principal, @Param('project') project: string, @Query() query: unknown) {
    if (project !== caller.projectId && !isOperator(caller)) {
      throw new Forbidden("Policy doesn't allow os_compute_api:os-simple-tenant-usage:show to be performed.");
    }
    return { tenant_usage: await this.usage(parse(OpenStackId, project), windowOf(parse(UsageQuery, query))) };
  }

  private async usage(projectId: string, window: Window) {
    const rows = new Map((await this.inventory.list('server', projectId)).map((row) => [row.id, row]));
    const leases = await this.leases.forProject(projectId, 'server');
    const servers = leases
      .map((lease) => serverUsage(lease, rows.get(lease.resource.id), window))
      .filter(({ hours }) => hours > 0);
    const total = (value: (server: (typeof servers)[number]) => number) =>
      servers.reduce((sum, server) => sum + value(server), 0);
    return {
      tenant_id: projectId,
      start: nova(window.start),
      stop: nova(window.end),
      total_hours: total(({ hours }) => hours),
      total_vcpus_usage: total(({ hours, vcpus }) => hours * vcpus),
      total_memory_mb_usage: total(({ hours, memory_mb: memory }) => hours * memory),
      total_local_gb_usage: total(({ hours, local_gb: disk }) => hours * disk),
      server_usages: servers,
    };
  }
}
