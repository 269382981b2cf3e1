import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import type { FastifyReply } from 'fastify';
import { OAuthError } from './oauth-error.js';

/** The token endpoint's own refusals, with the code each has in RFC 6749: 400, or 401 for the client itself. */
@Catch(OAuthError)
export class OAuthErrorFilter implements ExceptionFilter {
  catch(error: OAuthError, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    if (error.cause instanceof Error) http.getRequest<ServiceRequest>().raw.refusal = error.cause.message;
    const reply = http.getResponse<FastifyReply>();
    void reply
      .code(error.code === 'invalid_client' ? 401 : 400)
      .headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
      .send({ error: error.code, error_description: error.description });
  }
}
