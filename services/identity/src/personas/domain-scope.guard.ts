import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { accessOf } from '@ocx/service-kit/auth';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import type { IdentityRule } from '../policies/identity.policy.js';
import { DomainScope } from './domain-scope.service.js';

/** After the route's rule: who met it by a role on a domain is held to that domain. */
@Injectable()
export class DomainScopeGuard implements CanActivate {
  constructor(private readonly scope: DomainScope) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context.getHandler(), context.getClass());
    if (access === 'public' || access === undefined || !('inDomain' in access)) return true;
    const rule = access as IdentityRule;
    const request = context.switchToHttp().getRequest<ServiceRequest>();
    const { principal } = request;
    if (!principal || rule.anywhere(principal, request)) return true;
    await this.scope.hold(request, principal.domainId ?? '');
    return true;
  }
}
