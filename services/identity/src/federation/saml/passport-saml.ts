import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import type { SamlConfig } from '@node-saml/node-saml';
import { MultiSamlStrategy, type Profile } from '@node-saml/passport-saml';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request for which the guard has chosen the provider's options. */
export type SamlRequestContext = FastifyRequest & { samlOptions?: SamlConfig; samlRedirect?: string; user?: Profile };

type OptionsCallback = (error: Error | null, options?: SamlConfig) => void;

// The mixin's constructor types do not know a strategy that takes its options per request.
const Base = PassportStrategy(MultiSamlStrategy as never, 'saml') as unknown as new (options: object) => object;

/** Passport's SAML strategy. Who the provider is stands on each request; the profile is checked further by the caller. */
export class SamlStrategy extends Base {
  constructor() {
    super({
      getSamlOptions: (request: SamlRequestContext, done: OptionsCallback) => {
        if (request.samlOptions) done(null, request.samlOptions);
        else done(new Error('No provider was chosen for this request.'));
      },
    });
  }

  validate(profile: Profile | null): Profile | null {
    return profile;
  }
}

/**
 * Runs the strategy on Fastify. Passport wants Node's response: the little it uses is handed to it, and a redirect is
 * remembered on the request for the controller to send.
 */
export class PassportSamlGuard extends AuthGuard('saml') {
  private readonly redirects = new WeakMap<object, (location: string) => void>();

  constructor() {
    super({ session: false });
    new SamlStrategy();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SamlRequestContext>();
    // A redirect is the end for Passport: its callback is never called, so the redirect itself settles the guard.
    const redirected = new Promise<true>((resolve) => {
      this.redirects.set(request, (location) => {
        request.samlRedirect = location;
        resolve(true);
      });
    });
    return Promise.race([Promise.resolve(super.canActivate(context) as Promise<boolean>), redirected]);
  }

  /** Called by the base class, whose type does not name it. */
  getResponse(context: ExecutionContext): FastifyReply {
    const request = context.switchToHttp().getRequest<SamlRequestContext>();
    const headers = new Map<string, string>();
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string) => headers.set(name.toLowerCase(), value),
      end: () => this.redirects.get(request)?.(headers.get('location') ?? ''),
    };
    return response as unknown as FastifyReply;
  }
}
