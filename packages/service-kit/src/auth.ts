import {
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  Injectable,
  Module,
  SetMetadata,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { Forbidden } from './errors.js';
import type { Principal } from './principal.js';
import type { ServiceRequest } from './service-request.js';
import { TokenVerifier } from './token-verifier.js';

const PUBLIC = 'ocx:public';
const POLICY = 'ocx:policy';

/** One documented rule of who may. `check` sees the principal and the request, nothing else. */
export interface PolicyRule {
  readonly name: string;
  readonly description: string;
  readonly check: (principal: Principal, request: ServiceRequest) => boolean;
  /** Who meets it by a role that they hold somewhere, in the words of the API: for its document. */
  readonly personas?: readonly string[];
  /** What a refused caller is told; the API's usual sentence when absent. */
  readonly message?: string;
}

/** The route needs no token. */
export const Public = () => SetMetadata(PUBLIC, true);

/** The rule a caller must meet. A route with neither `@Policy` nor `@Public` is refused. */
export const Policy = (rule: PolicyRule) => SetMetadata(POLICY, rule);

/** Who may call a route, as its decorators say; undefined when they say nothing, which refuses everybody. */
export function accessOf(handler: object, controller: object): 'public' | PolicyRule | undefined {
  const noted = (key: string): unknown =>
    Reflect.getMetadata(key, handler) ?? (Reflect.getMetadata(key, controller) as unknown);
  return noted(PUBLIC) === true ? 'public' : (noted(POLICY) as PolicyRule | undefined);
}

@Injectable()
export class TokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<ServiceRequest>();
    request.principal = await this.verifier.verify(request);
    return true;
  }
}

@Injectable()
export class PolicyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, targets)) return true;
    const rule = this.reflector.getAllAndOverride<PolicyRule | undefined>(POLICY, targets);
    const request = context.switchToHttp().getRequest<ServiceRequest>();
    if (!rule || !request.principal || !rule.check(request.principal, request)) {
      throw new Forbidden(rule?.message ?? `Policy does not allow ${rule?.name ?? 'this request'} to be performed.`);
    }
    return true;
  }
}

@Module({})
class AuthModule {}

/**
 * Guards every route of the service, deny by default: first the token, then the route's policy.
 * @param options.verifier a provider of {@link TokenVerifier}
 */
export function authModule(options: {
  verifier: Provider<TokenVerifier>;
  imports?: NonNullable<DynamicModule['imports']>;
}): DynamicModule {
  return {
    module: AuthModule,
    imports: options.imports ?? [],
    providers: [
      options.verifier,
      { provide: APP_GUARD, useClass: TokenGuard },
      { provide: APP_GUARD, useClass: PolicyGuard },
    ],
    exports: [TokenVerifier],
  };
}
