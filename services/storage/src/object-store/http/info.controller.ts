import { Controller, Get } from '@nestjs/common';
import { STORAGE_POLICIES } from '@ocx/openstack-api/exchange/products';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import { SwiftInfo } from '@ocx/openstack-api/object-store/info';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { BULK_DELETE_LIMITS } from '../large-objects/bulk-delete.js';
import { SLO_LIMITS } from '../large-objects/slo.js';
import { DLO_MAX_SEGMENTS } from '../objects/object-contents.service.js';

/** What this object store can do; a capability that is not named is not there. */
@Controller()
export class InfoController {
  @Get('info')
  @Public()
  @Operation({ answers: { 200: SwiftInfo } })
  show(): SwiftInfo {
    return {
      swift: {
        policies: STORAGE_POLICIES.map(({ name, default: isDefault }) => ({
          name,
          aliases: name,
          ...(isDefault ? { default: true as const } : {}),
        })),
        ...SWIFT_CONSTRAINTS,
        account_autocreate: true,
        allow_account_management: false,
        valid_api_versions: ['v1', 'v1.0'],
      },
      bulk_delete: BULK_DELETE_LIMITS,
      slo: SLO_LIMITS,
      dlo: { max_segments: DLO_MAX_SEGMENTS },
    };
  }
}
