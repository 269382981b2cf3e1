import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ServiceRequest } from '@ocx/service-kit/service-request';

/** Path and query of the request as sent, for `links.self`; never the host it claims. */
export const RequestPath = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<ServiceRequest>();
  return request.raw.originalUrl ?? request.originalUrl;
});
