import { Controller, Get, Query } from '@nestjs/common';
import { CatalogAnswer } from '@ocx/openstack-api/identity/catalog';
import { ProjectList, ScopesQuery } from '@ocx/openstack-api/identity/projects';
import { DomainList } from '@ocx/openstack-api/identity/domains';
import { SystemScopes } from '@ocx/openstack-api/identity/tokens';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { CatalogService } from '../catalog/catalog.service.js';
import { catalogView } from '../catalog/catalog.view.js';
import { domainView } from '../domains/domain.view.js';
import { anyUser } from '../policies/identity.policy.js';
import { projectView } from '../projects/project.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageView } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { AvailableScopes } from './available-scopes.js';

/** What the caller's token shows, and what it could be scoped to. */
@Controller('v3')
export class AuthController {
  constructor(
    private readonly scopes: AvailableScopes,
    private readonly catalog: CatalogService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get('auth/catalog')
  @Policy(anyUser)
  @Operation({ answers: { 200: CatalogAnswer } })
  async showCatalog(@Caller() caller: Principal, @RequestPath() path: string) {
    if (caller.projectId === undefined && caller.domainId === undefined && !caller.systemScope) {
      throw new Forbidden('You are not authorized to perform the requested action: the token is unscoped.');
    }
    const rows = await this.catalog.catalog(caller.projectId);
    return {
      catalog: catalogView(rows, { projectId: caller.projectId, userId: caller.userId }),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get(['auth/projects', 'OS-FEDERATION/projects'])
  @Policy(anyUser)
  @Operation({ query: ScopesQuery, answers: { 200: ProjectList } })
  async listProjects(@Caller() caller: Principal, @Query() query: unknown, @RequestPath() path: string) {
    const projects = await this.scopes.projects(caller);
    const views = projects.map((project) => projectView(project, this.settings.base));
    return pageView('projects', views, parse(ScopesQuery, query), this.settings.publicUrl + path);
  }

  @Get(['auth/domains', 'OS-FEDERATION/domains'])
  @Policy(anyUser)
  @Operation({ query: ScopesQuery, answers: { 200: DomainList } })
  async listDomains(@Caller() caller: Principal, @Query() query: unknown, @RequestPath() path: string) {
    const domains = await this.scopes.domains(caller);
    const views = domains.map((domain) => domainView(domain, this.settings.base));
    return pageView('domains', views, parse(ScopesQuery, query), this.settings.publicUrl + path);
  }

  @Get('auth/system')
  @Policy(anyUser)
  @Operation({ answers: { 200: SystemScopes } })
  async listSystem(@Caller() caller: Principal, @RequestPath() path: string) {
    return {
      system: (await this.scopes.system(caller)) ? [{ all: true as const }] : [],
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }
}
