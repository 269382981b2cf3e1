import { Injectable } from '@nestjs/common';
import { VolumeEnding } from './volumes/volume-ending.service.js';
import { VolumesRepository } from './volumes/volumes.repository.js';
import { VolumesService } from './volumes/volumes.service.js';

/** A minute: longer than any request works on a volume. */
const SETTLED_MS = 60_000;

/** Volumes whose creation, extension or deletion a crash interrupted. */
@Injectable()
export class UnfinishedVolumes {
  private readonly started = Date.now();

  constructor(
    private readonly volumes: VolumesRepository,
    private readonly service: VolumesService,
    private readonly ending: VolumeEnding,
  ) {}

  async finish(): Promise<void> {
    for (const volume of await this.volumes.withStatus(['creating', 'extending', 'deleting'])) {
      const touched = (volume.updatedAt ?? volume.createdAt).getTime();
      const abandoned = touched < this.started || touched < Date.now() - SETTLED_MS;
      if (!abandoned) continue;
      if (volume.status === 'creating') await this.service.allocate(volume);
      else if (volume.status === 'extending') await this.service.finishExtending(volume);
      else await this.ending.resume(volume);
    }
  }
}
