import { Injectable } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { DomainLookups, type Kind } from './domain-lookups.repository.js';

/** What a domain gives on its own: Keystone's roles that it manages, and roles of its own. */
const GIVEN_BY_DOMAINS = ['reader', 'member', 'manager'];
const READS = ['GET', 'HEAD'];

type Texts = Readonly<Record<string, string | undefined>>;
type Fields = Record<string, unknown>;

const denied = (why: string): Forbidden =>
  new Forbidden(`You are not authorized to perform the requested action: ${why}`);
const FOREIGN = 'it is not of the domain of the token.';

/** Holds a request to one domain: everything that it names, makes or asks for. */
@Injectable()
export class DomainScope {
  constructor(private readonly lookups: DomainLookups) {}

  /**
   * What names no domain is taken for this one, as in Keystone. Throws {@link Forbidden} alike for what is of another
   * domain and what is not there.
   */
  async hold(request: ServiceRequest, domainId: string): Promise<void> {
    const isRead = READS.includes(request.method);
    await this.holdPath(request, domainId, isRead);
    if (isRead) await this.holdQuery(request, domainId);
    else await this.holdBody(request, domainId);
  }

  private async holdPath(request: ServiceRequest, domainId: string, isRead: boolean): Promise<void> {
    const { user_id, group_id, project_id, domain_id, role_id } = request.params as Texts;
    // A grant that names neither is on the system.
    if (role_id !== undefined && project_id === undefined && domain_id === undefined) throw denied(FOREIGN);
    if (request.routeOptions.url?.startsWith('/v3/system/') === true) throw denied(FOREIGN);
    if (domain_id !== undefined && domain_id !== domainId) throw denied(FOREIGN);
    await this.holdOne('users', user_id, domainId);
    await this.holdOne('groups', group_id, domainId);
    await this.holdOne('projects', project_id, domainId);
    if (isRead) return;
    if (project_id !== undefined && (await this.lookups.isAdminProject(project_id))) {
      throw denied('the project is the operator’s.');
    }
    for (const [kind, id] of [
      ['users', user_id],
      ['groups', group_id],
    ] as const) {
      if (id !== undefined && (await this.lookups.isOperators(kind, id))) throw denied(`they are of the operator’s.`);
    }
    if (role_id !== undefined) await this.holdRole(role_id, domainId);
  }

  private async holdOne(kind: Kind, id: string | undefined, domainId: string): Promise<void> {
    if (id !== undefined && (await this.lookups.domainOf(kind, id)) !== domainId) throw denied(FOREIGN);
  }

  private async holdRole(roleId: string, domainId: string): Promise<void> {
    const of = await this.lookups.domainOf('roles', roleId);
    if (of === domainId) return;
    const name = of === null ? await this.lookups.roleName(roleId) : undefined;
    if (name === undefined || !GIVEN_BY_DOMAINS.includes(name)) throw denied('a domain does not give that role.');
  }

  private async holdQuery(request: ServiceRequest, domainId: string): Promise<void> {
    const query = request.query as Fields;
    const route = request.routeOptions.url ?? '';
    if (route.endsWith('/role_assignments')) {
      await this.holdAssignments(query, domainId);
      return;
    }
    if (query['is_domain'] !== undefined) throw denied(FOREIGN);
    if (/^\/v3\/(users|groups|projects)$/.test(route)) this.take(query, domainId);
  }

  /** Of which place must be told: an answer about all of them is the operator's. */
  private async holdAssignments(query: Fields, domainId: string): Promise<void> {
    const [project, domain] = [query['scope.project.id'], query['scope.domain.id']];
    if (query['scope.system'] !== undefined) throw denied(FOREIGN);
    if (typeof project === 'string') {
      await this.holdOne('projects', project, domainId);
    } else if (domain !== domainId) {
      throw denied('name the domain of the token, or a project in it, in the query.');
    }
  }

  private async holdBody(request: ServiceRequest, domainId: string): Promise<void> {
    const body = (request.body ?? {}) as Fields;
    for (const name of ['user', 'group', 'project']) {
      const fields = body[name];
      if (typeof fields !== 'object' || fields === null) continue;
      const { parent_id, is_domain } = fields as Fields;
      if (is_domain === true) throw denied(FOREIGN);
      if (typeof parent_id === 'string' && parent_id !== domainId) await this.holdOne('projects', parent_id, domainId);
      if (request.method === 'POST') this.take(fields as Fields, domainId);
    }
  }

  private take(fields: Fields, domainId: string): void {
    fields['domain_id'] ??= domainId;
    if (fields['domain_id'] !== domainId) throw denied(FOREIGN);
  }
}
