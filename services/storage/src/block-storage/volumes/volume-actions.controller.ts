import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import { VolumeAction } from '@ocx/openstack-api/block-storage/volumes';
import { Policy } from '@ocx/service-kit/auth';
import { Conflict, InvalidInput } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import type { Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { AttachmentsService } from '../attachments/attachments.service.js';
import { ProjectCaller, projectPaths } from '../project-path.js';
import { VolumePages } from './volume-pages.js';
import { VolumesService } from './volumes.service.js';

/** Cinder v3: `POST /volumes/{id}/action`. */
@Controller(projectPaths('volumes/:id/action'))
export class VolumeActionsController {
  constructor(
    private readonly volumes: VolumesService,
    private readonly attachments: AttachmentsService,
    private readonly pages: VolumePages,
  ) {}

  @Post()
  @HttpCode(202)
  @Policy(projectAction('write'))
  @Operation({ body: VolumeAction, answers: { 202: {} }, errors: [409] })
  async act(@ProjectCaller() principal: Principal, @Param('id') text: string, @Body() body: unknown): Promise<void> {
    const id = this.pages.id(text);
    const volume = await this.volumes.show(principal, id);
    const action = parse(VolumeAction, body);
    if (action['os-extend']) await this.volumes.extend(principal, id, action['os-extend'].new_size);
    else if (action['os-set_bootable']) {
      const { bootable } = action['os-set_bootable'];
      await this.volumes.update(principal, id, () => ({ bootable }));
    } else if (action['os-force_detach'] !== undefined) {
      // The owner's way out when a server's landlord does not let go: the export dies first.
      await this.attachments.endAllOf(id);
    } else if ('os-detach' in action) {
      // Who could detach behind a server's back could read what the next volume there holds (CVE-2023-2088).
      if (volume.status !== 'available') throw new Conflict('The volume is in use by a server: detach it there.');
      throw new InvalidInput('Invalid volume: The volume is not attached.');
    }
  }
}
