import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { ProjectsService } from './projects.service.js';

/** As many as a project may have in all. */
const MAX_TAGS = 80;

@Injectable()
export class ProjectTagsService {
  constructor(private readonly projects: ProjectsService) {}

  async list(id: string): Promise<readonly string[]> {
    return (await this.projects.show(id)).tags;
  }

  async replace(id: string, tags: readonly string[]): Promise<readonly string[]> {
    return (await this.projects.update(id, { tags })).tags;
  }

  async check(id: string, tag: string): Promise<void> {
    if (!(await this.list(id)).includes(tag)) throw new NotFound(`Could not find project tag: ${tag}.`);
  }

  /** A tag that is there already stays one. */
  async add(id: string, tag: string): Promise<void> {
    const tags = await this.list(id);
    if (tags.includes(tag)) return;
    if (tags.length >= MAX_TAGS) throw new InvalidInput(`A project has at most ${String(MAX_TAGS)} tags.`);
    await this.replace(id, [...tags, tag]);
  }

  async remove(id: string, tag: string): Promise<void> {
    await this.check(id, tag);
    const tags = await this.list(id);
    await this.replace(
      id,
      tags.filter((other) => other !== tag),
    );
  }
}
