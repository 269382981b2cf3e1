import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { InvalidInput, Unauthenticated } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';

/** Cinder's two forms of one path: with the project's id, which must be the token's, and from 3.67 on without. */
export const projectPaths = (path: string): string[] => [`v3/:project_id/${path}`, `v3/${path}`];

/** Like `@Caller()`, and refuses a URL that names another project than the token does. */
export const ProjectCaller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const request = context.switchToHttp().getRequest<ServiceRequest>();
  const { principal } = request;
  if (!principal) throw new Unauthenticated('The request you have made requires authentication.');
  const named = (request.params as { project_id?: string }).project_id;
  if (named !== undefined && named !== principal.projectId) throw new InvalidInput('Malformed request url');
  return principal;
});
