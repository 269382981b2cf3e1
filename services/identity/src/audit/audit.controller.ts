import { Controller, Get, Query } from '@nestjs/common';
import { AuditQuery, AuditRecords } from '@ocx/openstack-api/identity/audit';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin } from '../policies/identity.policy.js';
import { AuditRecordsRepository } from './audit-records.repository.js';

/** The audit trail, for export: `audit-verify` checks what was exported. */
@Controller('v3/OS-OCX-AUDIT/records')
export class AuditController {
  constructor(private readonly records: AuditRecordsRepository) {}

  @Get()
  @Policy(cloudAdmin)
  @Operation({ query: AuditQuery, answers: { 200: AuditRecords } })
  async list(@Query() query: unknown) {
    const { after, limit } = parse(AuditQuery, query);
    const archived = await this.records.checkpoint();
    return { records: await this.records.after(after, limit), ...(archived ? { archived } : {}) };
  }
}
