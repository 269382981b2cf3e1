import { Controller, Get, Param } from '@nestjs/common';
import { STORAGE_POLICIES } from '@ocx/openstack-api/exchange/products';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import { SwiftInfo } from '@ocx/openstack-api/object-store/info';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { COMBINED_REGION } from '../regions/region.js';
import { RegionsService } from '../regions/regions.service.js';

/** What the combined object store can do; a capability that is not named is not there. */
@Controller()
export class InfoController {
  constructor(private readonly regions: RegionsService) {}

  @Get('info')
  @Public()
  @Operation({ answers: { 200: SwiftInfo } })
  show(): Promise<SwiftInfo> {
    return this.of(COMBINED_REGION);
  }

  /** Where `swift capabilities` looks: beside the account's endpoint, without a token. */
  @Get('regions/:region/object-store/info')
  @Public()
  @Operation({ answers: { 200: SwiftInfo } })
  showRegion(@Param('region') region: string): Promise<SwiftInfo> {
    return this.of(region);
  }

  private async of(region: string): Promise<SwiftInfo> {
    const { landlords } = await this.regions.resolve(region, 'storage');
    const placed = STORAGE_POLICIES.flatMap(({ name }) =>
      landlords.map((landlord) => ({ name: `${name}@${landlord.name}`, aliases: `${name}@${landlord.name}` })),
    );
    const policies = STORAGE_POLICIES.map(({ name, default: isDefault }) => ({
      name,
      aliases: name,
      ...(isDefault ? { default: true as const } : {}),
    }));
    return {
      swift: {
        policies: [...policies, ...placed],
        ...SWIFT_CONSTRAINTS,
        account_autocreate: true,
        allow_account_management: false,
        valid_api_versions: ['v1', 'v1.0'],
      },
      slo: { max_manifest_segments: 1000, max_manifest_size: 8_388_608, min_segment_size: 1 },
      dlo: { max_segments: 10_000 },
    };
  }
}
