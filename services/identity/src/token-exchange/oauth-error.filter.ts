import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { FastifyReply } from 'fastify';
import { OAuthError } from './oauth-error.js';

/** The token endpoint answers as RFC 6749 says: `{error, error_description}`, 400, or 401 for the client itself. */
@Catch(OAuthError, InvalidInput)
export class OAuthErrorFilter implements ExceptionFilter {
  catch(error: OAuthError | InvalidInput, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const code = error instanceof OAuthError ? error.code : 'invalid_request';
    const description = error instanceof OAuthError ? error.description : error.message;
    void reply
      .code(code === 'invalid_client' ? 401 : 400)
      .headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
      .send({ error: code, error_description: description });
  }
}
